extension ProgramTable {
  /// git and the forges' own clients.
  static let versionControl = """
    git @value -C -c --git-dir --work-tree --namespace --exec-path --config-env -o --push-option
    git -v|--version|--help|--exec-path|--html-path|--man-path !* : read
    git !* : read
    git push -n|--dry-run : read
    git push -f|--force|--mirror|--prune|-d|--delete : destructive rewrites_remote
    git push =+*|:* : destructive rewrites_remote
    git push --force-with-lease|--force-if-includes : write rewrites_remote
    git push : write
    git reset --hard|--merge : destructive discards_changes
    git reset : write
    git clean -n|--dry-run : read
    git clean : destructive removes_untracked
    git restore --help : read
    git restore -W|--worktree : destructive discards_changes
    git restore -S|--staged : write
    git restore : destructive discards_changes
    git stash drop|clear : destructive drops_stash
    git stash list|show : read
    git stash : write
    git branch -D|-f|--force : destructive deletes_branch
    git branch -d|--delete : write deletes_merged_branch
    git branch !* : read
    git branch -l|--list|--contains|--merged|--no-merged|--show-current|-a|-r|-v|-vv|--all|--remotes : read
    git branch : write
    git switch -f|--force|--discard-changes|-C|--force-create : destructive discards_changes
    git switch : write
    git tag -d|--delete : write deletes_tag
    git tag !* : read
    git tag -l|--list|-n|--contains|--points-at : read
    git tag : write
    git rebase : write rewrites_history
    git commit --amend : write rewrites_history
    git filter-branch|filter-repo|replace : destructive rewrites_history
    git reflog expire|delete : destructive expires_reflog
    git gc --prune|--prune=now|--prune=all : destructive prunes_objects
    git prune -n|--dry-run : read
    git prune : destructive prunes_objects
    git update-ref -d|--stdin|--delete : destructive deletes_branch
    git worktree remove|prune -f|--force : destructive discards_changes
    git worktree list : read
    git submodule deinit -f|--force : destructive discards_changes
    git rm -n|--dry-run : read
    git rm --cached : write
    git rm -f|--force : destructive discards_changes
    git checkout-index -f|--force : destructive discards_changes
    git read-tree --reset : destructive discards_changes
    git lfs prune : destructive prunes_objects
    git repack|maintenance|pack-refs|fsck : write
    git config --get|--get-all|--list|-l|--get-regexp|--show-origin : read
    git config !* : read
    git remote -v|--verbose : read
    git remote show|get-url : read
    git remote remove|rm : write removes_remote
    git status|log|show|diff|describe|blame|annotate|shortlog|grep|ls-files|ls-tree|ls-remote|rev-parse|rev-list|cat-file : read
    git show-ref|name-rev|merge-base|for-each-ref|count-objects|whatchanged|cherry|range-diff|var|help|version|check-ignore : read
    git check-attr|diff-tree|diff-index|diff-files|verify-commit|verify-tag|fsck|symbolic-ref|reflog|archive|instaweb|bugreport : read
    git sparse-checkout list : read
    git : write

    gh @value -X --method -R --repo --hostname -H --header -f --raw-field -F --field -q --jq -t --template -b --body -L --limit
    gh repo delete|archive|rename : destructive deletes_repository
    gh repo edit --visibility : admin repository_settings
    gh release|gist|issue|label|run|cache|codespace|project|ruleset|workflow|variable delete|delete-asset|delete-all|item-delete : destructive deletes_resources
    gh secret|variable|ssh-key|gpg-key|auth set|add|delete|remove|login|logout|refresh|setup-git|token : admin credentials
    gh auth status : read
    gh api -X=DELETE|--method=DELETE : destructive method:DELETE
    gh api -X|--method|-f|-F|--field|--raw-field|--input : write
    gh api : read
    gh pr merge --admin : admin bypasses_protection
    gh * list|view|status|diff|checks|search|watch|download : read
    gh search|status|browse|help|version|completion : read
    gh codespace ssh : @shell 0 -c
    gh : write
    glab api -X=DELETE|--method=DELETE : destructive method:DELETE
    glab * delete|purge : destructive deletes_resources
    glab * list|view|status|diff : read
    glab : write
    hub delete : destructive deletes_repository
    hub,tea,bb : write
    repo forall : @shell 0 -c
    bfg : destructive rewrites_history
    """
}
