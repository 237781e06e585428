extension ProgramTable {
  /// Programs that make, change and pack files.
  static let writing = """
    mkdir,touch,rmdir,mktemp,mkfifo,split,csplit,patch,ed,nano,emacs,pico,micro,code,subl,open,xdg-open : write
    gzip,gunzip,bzip2,bunzip2,xz,unxz,zstd,unzstd,lz4,lzma,compress,uncompress,pigz,pbzip2,zip,unzip,7z,7za,rar,unrar : write
    ar,ranlib,strip,ld,as,objcopy,cc,gcc,g++,clang,clang++,rustc,javac,java,ghc,ocaml,nasm,tsc,babel,webpack,vite,esbuild : write
    rollup,parcel,jest,vitest,mocha,pytest,tox,nox,nose,phpunit,rspec,cucumber,cypress,playwright,newman,k6,locust : write
    prettier,eslint,black,isort,ruff,goimports,rustfmt,clang-format,shfmt,autopep8,stylelint,biome,swiftformat : write
    convert,magick,ffmpeg,avconv,sox,lame,pandoc,pdftk,pdftotext,gs,wkhtmltopdf,latex,pdflatex,dot,gnuplot,exiftool : write
    dos2unix,unix2dos,fromdos,todos,indent,astyle,uuencode,uudecode,gpg,gpg2,age,openssl,ssh-keygen : write
    ssh-add,ssh-agent,ssh-copy-id,ssh-keyscan,sftp,ftp,lftp,telnet,nc,ncat,netcat,socat,aria2c,youtube-dl,yt-dlp : write
    cpio,pax,rpm2cpio,genisoimage,mkisofs,ctags,etags,cscope,doxygen,sphinx-build,mkdocs,hugo,jekyll,gatsby,next,nuxt : write
    cmake,ninja,meson,bazel,buck,gradle,gradlew,mvn,mvnw,ant,sbt,lein,rebar3,stack,cabal,dune,xcodebuild,msbuild : write
    nuget,swiftc,swift,zig,nim,crystal,dmd,ldc2,fpc,flutter,dart,expo,react-native,pod,fastlane,carthage : write
    sync,fsync,fallocate,jar,wget2,forever,nodemon,uvicorn,gunicorn : write
    claude,codex,aider,gemini,cursor,ollama,llm,gitstats,asciinema,lldb,perf,bpftrace,msgfmt : write
    sshfs,mutt,mail,mailx,sendmail,msmtp,lp,lpr,a2ps,enscript,cvs,bzr,p4,darcs,fossil,repo,pre-commit,commitizen : write
    minikube,kind,k3d,colima,lima,multipass,direnv,asdf,nvm,rbenv,pyenv,sdk,jenv,volta,fnm,mise,conda,mamba,micromamba : write
    csvsql,sqlfluff,pgbench,pg_dump,pg_dumpall,mysqldump,mongodump,mongoexport,pgbadger,pg_isready,initdb : write
    conda,mamba,micromamba remove|uninstall --all : destructive removes_environment
    minikube,kind,k3d,colima,multipass delete|purge : destructive deletes_cluster
    tar,gnutar,bsdtar @code -I --use-compress-program --to-command -F --info-script --rsh-command --checkpoint-action=exec=
    split,csplit @code --filter
    zip @code -TT --unzip-command
    vi,vim,nvim,ex @code -c=! -c=:! --cmd=! --cmd=:!
    vi,vim,nvim,ex -c|--cmd|-es|-s : unknown editor_commands
    vi,vim,nvim,ex : write
    gdb @code -ex=shell -ex=! -ex=!
    gdb : write
    socat =EXEC:*|SYSTEM:*|exec:*|system:* : unknown remote_shell
    nc,ncat,netcat -e|-c|--exec|--sh-exec|--lua-exec : unknown remote_shell
    make,gmake --eval|-f=-|--file=- : unknown inline_code
    make,gmake =SHELL=* : unknown runs_command
    tar --remove-files : destructive removes_files
    tar --delete : write
    tar -t|--list : read
    tar,gnutar,bsdtar : write
    make,gmake @value -C --directory -f --file --makefile -I -j -o -W
    make,gmake,just,task,rake -n|--dry-run|--just-print : read
    make,gmake,just,task mrproper|nuke|destroy|purge|wipe|drop|reset|reset-db|db-reset|drop-db|distclean|clean-all : unknown target_unseen
    make,gmake,just,task *destroy*|*db-drop*|*drop-db*|*nuke*|*wipe*|*db-reset*|*reset-db* : unknown target_unseen
    make,gmake,just,task : write
    rsync @value -e --rsh --exclude --include --exclude-from --include-from --files-from --bwlimit --port --rsync-path -f --filter --timeout --log-file -B -T
    rsync @code -e --rsh --rsync-path
    rsync -n|--dry-run|--list-only : read
    rsync --delete|--del|--delete-before|--delete-during|--delete-after|--delete-excluded|--delete-delay|--remove-source-files : destructive deletes_at_target
    rsync : write
    rclone purge|delete|sync|rmdirs|cleanup !-n|--dry-run|-i : destructive deletes_remote_files
    rclone deletefile|move|moveto : write
    rclone ls|lsl|lsd|lsf|lsjson|size|about|check|cat|tree|version : read
    rclone : write
    mc rm|rb --force|--recursive|-r : destructive deletes_objects
    mc rb|mirror --remove : destructive deletes_objects
    mc : write
    s3cmd del|rb|rm|expire : destructive deletes_objects
    s3cmd ls|la|info|du : read
    s3cmd : write
    logrotate,unison : write
    rimraf,del-cli,trash-empty : destructive recursive_delete
    ncdu,baobab : read
    logrotate -f|--force : write
    unison -force : destructive overwrites
    wp db reset|drop|clean : destructive drops_database
    wp site delete|empty : destructive deletes_site
    wp : write
    drush sql-drop|sql:drop|site-install|si : destructive drops_database
    drush : write
    composer : write
    chezmoi purge|destroy : destructive removes_files
    chezmoi : write
    svn revert|cleanup --remove-unversioned|--remove-ignored : destructive discards_changes
    svn revert|delete|rm : destructive discards_changes
    svn info|log|status|diff|list|ls|cat|blame|st : read
    svn : write
    hg update|up|revert -C|--clean|--all|-a : destructive discards_changes
    hg strip|rollback|purge : destructive rewrites_history
    hg status|log|diff|cat|annotate|summary|heads|branches : read
    hg : write
    jj abandon|restore : write
    jj : write
    """
}
