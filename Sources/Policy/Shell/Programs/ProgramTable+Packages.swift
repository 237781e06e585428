extension ProgramTable {
  /// Package managers and build tools.
  static let packages = """
    npm,pnpm,yarn @value --prefix -w --workspace -C --filter --registry
    npm,pnpm --dry-run : read
    npm exec|x : @wrap 0 -c --call -p --package
    npm unpublish|deprecate : destructive unpublishes_package
    npm owner|access|token|team|org|adduser|login|logout|profile : admin credentials
    npm publish : write publishes_package
    npm ls|list|view|info|outdated|audit|search|why|explain|config|root|prefix|bin|help|docs|repo|fund|whoami|pack|doctor|ping : read
    npm cache clean : write
    npm,pnpm,yarn run|run-script *reset*|*drop*|*destroy*|*nuke*|*wipe*|*:purge|*teardown* : unknown target_unseen
    npm : write
    pnpm exec|dlx : @wrap 0
    pnpm list|ls|outdated|why|audit|root|bin|licenses : read
    pnpm install|i|add|remove|rm|uninstall|update|up|run|test|t|start|build|publish|store|import|rebuild|prune|fetch|link|unlink|create|init|setup|env|patch|deploy|dev|lint : write
    pnpm !* : read
    pnpm * : @wrap -1
    yarn dlx|exec|node : @wrap 0
    yarn list|info|why|outdated|audit|licenses|config|bin|cache|versions|help|version : read
    yarn install|add|remove|upgrade|up|run|test|start|build|publish|init|link|unlink|workspace|workspaces|dedupe|set|create|global|import|pack|rebuild|dev|lint|format : write
    yarn !* : write
    yarn * : @wrap -1
    npx,pnpx @code -c --call
    bunx,npx,pnpx,uvx : @wrap 0 -p --package -c --call --from --with -w
    pipx run : @wrap 0 --spec
    pipx uninstall|uninstall-all : write
    pipx : write
    pip,uv,poetry,pipenv,pdm,hatch,rye --dry-run : read
    pip list|show|freeze|check|search|index|debug|config|help|hash|download : read
    pip : write
    uv tool run : @wrap 0
    uv run : @wrap 0 --with --python -p --from --extra --group --env-file --project
    poetry,pipenv,pdm,hatch,rye run : @wrap 0
    poetry,pipenv,pdm,hatch,rye,uv show|check|version|graph|env|list|tree : read
    poetry,pipenv,pdm,hatch,rye,uv : write
    bundle,bundler exec : @wrap 0
    bundle,bundler,gem list|show|info|outdated|search|check|env|environment|which|contents : read
    gem yank : destructive unpublishes_package
    gem push : write publishes_package
    bundle,bundler,gem : write
    cargo yank|owner : destructive unpublishes_package
    cargo publish : write publishes_package
    cargo login|logout : admin credentials
    cargo tree|metadata|search|version|help|audit|outdated|info|locate-project|pkgid|verify-project : read
    cargo : write
    go env|version|list|doc|vet|help : read
    go clean -modcache|-cache|-testcache : write
    go : write
    gofmt,golangci-lint : write
    twine,flit,hatch upload|publish : write publishes_package
    twine,flit : write
    apt,apt-get,aptitude @value -o -t -c
    apt,apt-get,aptitude -s|--simulate|--dry-run|--just-print|--no-act : read
    apt,apt-get,aptitude,dnf,yum,zypper,apk,pacman,brew,port,snap,flatpak,pkg,emerge,nix-env,choco,winget,scoop list|search|show|info|policy|depends|rdepends|changelog|query|check|history|repolist|provides|deps|home|doctor|outdated|uses|ls|cat|config|leaves|desc|log : read
    apt,apt-get,aptitude remove|purge|autoremove|autopurge|dist-upgrade|full-upgrade : admin removes_packages
    dnf,yum remove|erase|autoremove|downgrade|distro-sync : admin removes_packages
    zypper remove|rm|dup : admin removes_packages
    apk del : admin removes_packages
    pacman -R|-Rs|-Rns|-Rsc|-Rdd|-Rn : admin removes_packages
    pacman -Q|-Qi|-Ql|-Ss|-Si|-Qs|-Qe|-F : read
    snap,flatpak remove|uninstall|disable|revert : admin removes_packages
    pkg,emerge,port delete|remove|--unmerge|--depclean|uninstall : admin removes_packages
    brew uninstall|remove|rm|autoremove|zap : write removes_packages
    brew cleanup : write
    brew services stop|restart|start|kill : write
    dpkg -l|-L|-s|-S|-c|-I|--list|--listfiles|--status|--search|--print-architecture|--get-selections : read
    dpkg -r|-P|--remove|--purge : admin removes_packages
    rpm -q|-V|--query|--verify|-qa|-qi|-ql|-qf|-qp : read
    rpm -e|--erase : admin removes_packages
    dpkg-query,apt-cache,apt-file,rpmquery,repoquery,apt-config : read
    apt,apt-get,aptitude,dnf,yum,zypper,apk,pacman,brew,port,snap,flatpak,pkg,emerge,nix-env,choco,winget,scoop,dpkg,rpm,add-apt-repository,apt-key,apt-mark : write
    nix run|shell|develop|build|flake|eval|search|profile|store|path-info|log : write
    nix-collect-garbage,nix-store : write
    nix,nix-build,nix-shell,guix : write
    cpan,cpanm,luarocks,opam,hex,pub,conan,vcpkg,spack,easy_install,bower,lerna,nx,turbo,rush,grunt,gulp : write
    nx reset : write
    docker-credential-helper : admin credentials
    vsce,ovsx unpublish|delete : destructive unpublishes_package
    vsce,ovsx : write
    certbot delete|revoke|unregister : destructive deletes_certificates
    certbot,acme.sh,mkcert,step,cfssl : write
    """
}
