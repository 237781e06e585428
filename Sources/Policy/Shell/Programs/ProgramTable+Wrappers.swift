extension ProgramTable {
  /// Programs that run another one.
  static let wrappers = """
    nohup,setsid,unbuffer,catchsegv,dbus-run-session,dbus-launch,fakeroot,chronic,caffeinate,nocache,eatmydata,rlwrap : @wrap 0
    winpty,linux32,linux64,setarch,torsocks,torify,proxychains,proxychains4,xvfb-run,trickle,firejail,bwrap : @wrap 0
    k3s,k0s : @wrap 0
    nice : @wrap 0 -n --adjustment
    ionice : @wrap 0 -c -n -p --class --classdata
    chrt : @wrap 1 -p
    taskset : @wrap 1
    timeout,gtimeout : @wrap 1 -s --signal -k --kill-after
    stdbuf : @wrap 0 -i -o -e --input --output --error
    strace,ltrace : @wrap 0 -e -o -p -s -u -E -S -a -P -b
    chroot,proot : @wrap 1 --userspec --groups
    nsenter,unshare : @wrap 0 -t --target -S -G -r -w
    systemd-run : @wrap 0 -p --property -u --unit --slice --uid --gid -E --setenv -M
    systemd-inhibit : @wrap 0
    entr : @wrap 0
    dotenv,dotenvx,env-cmd,cross-env,with-env : @wrap 0 -f -e
    direnv exec : @wrap 1
    aws-vault exec : @wrap 1 -d
    aws-vault : admin credentials
    op run : @wrap 0 --env-file
    doppler,infisical,chamber run : @wrap 0 -p -c --project --config
    conda,mamba,micromamba run : @wrap 0 -n -p --name --prefix
    rustup run : @wrap 1
    rustup : write
    mise,asdf exec : @wrap 0
    hyperfine : @shell 0 -w -r -m -M --warmup --runs
    perf stat|record : @wrap 0 -e -o -p
    valgrind : @wrap 0
    gtime : @wrap 0 -f -o
    sshpass : @wrap 0 -p -f -e
    ssh,autossh,mosh,slogin,rsh,rlogin : @shell 1 -p -i -l -o -F -J -L -R -D -b -c -E -e -I -m -O -Q -S -W -w -B -M
    ssh,autossh,mosh @code -o=ProxyCommand= -o=LocalCommand= -o=KnownHostsCommand=
    ld.so,ld-linux-x86-64.so.2,ld-linux.so.2,ld-linux-aarch64.so.1,ld-musl-x86_64.so.1 : @wrap 0 --library-path --preload
    start-stop-daemon --stop|-K : admin service
    start-stop-daemon : write
    pdsh,pssh,parallel-ssh,clush,dsh,cssh : @shell 0 -w -h -l -u -t -g -H -p -o
    nix-shell --run|--command : @shell 0 -p
    wsl : @wrap 0 -d -u
    """
}
