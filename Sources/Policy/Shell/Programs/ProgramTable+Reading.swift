extension ProgramTable {
  /// Programs that only look, and the harmless half of a shell's built-ins.
  static let reading = """
    ls,cat,head,tail,less,more,most,grep,egrep,fgrep,zgrep,zegrep,rg,ag,ack,wc,cut,tr,uniq,paste,join,comm,fold,fmt,rev : read
    tac,nl,od,xxd,hexdump,strings,column,expand,unexpand,pr,look,cmp,diff,diff3,sdiff,colordiff,vimdiff,md5,md5sum : read
    sha1sum,sha224sum,sha256sum,sha384sum,sha512sum,shasum,b2sum,cksum,sum,stat,file,du,df,tree,pwd,realpath,readlink : read
    basename,dirname,which,whereis,type,whatis,apropos,man,info,tldr,help,hash,true,false,:,test,[,[[,expr,seq,yes,sleep : read
    echo,printf,print,date,cal,ncal,bc,dc,factor,shuf,numfmt,jq,yq,xmllint,xq,gron,fx,mlr,csvcut,csvlook,csvstat,xsv : read
    who,w,whoami,id,groups,users,last,lastlog,logname,finger,hostid,uname,arch,uptime,nproc,lscpu,lsblk,lsusb,lspci : read
    lshw,lsmod,lsof,fuser,free,vmstat,iostat,mpstat,sar,top,htop,btop,iotop,iftop,nethogs,ps,pstree,pgrep,pidof,pmap : read
    netstat,ss,arp,dig,nslookup,host,whois,ping,ping6,traceroute,tracepath,mtr,getent,getconf,locale,tty,printenv : read
    blkid,findmnt,ipcs,dmidecode,acpi,sensors,hwinfo,inxi,ldd,nm,objdump,readelf,size,c++filt : read
    zcat,gzcat,bzcat,xzcat,lzcat,zless,zmore,bzless,zipinfo,cloc,tokei,scc,wdiff,icdiff,delta,bat,batcat,exa : read
    eza,lsd,procs,dust,duf,glow,fzf,sk,peco,locate,mlocate,plocate,compgen,complete,jobs,disown,wait,fg,bg,times : read
    dirs,popd,shift,return,break,continue,exit,logout,umask,ulimit,shopt,let,unalias,unset,suspend,caller,enable : read
    bind,stty,tput,clear,reset,setterm,cls,figlet,cowsay,lolcat,banner,toilet,fortune,neofetch,screenfetch,fastfetch : read
    tsort,base64,gbase64,base32,iconv,recode,uconv,cpp,m4,envsubst,mountpoint,uuid,uuidgen,pwgen,mcookie : read
    pbpaste,xsel,xclip,pbcopy,wl-copy,wl-paste,groff,troff,nroff,col,colrm,ul,spell,aspell,pstack,gstack,pv : read
    shellcheck,hadolint,yamllint,jsonlint,tflint,actionlint,pylint,flake8,mypy,pyright,checkov,trivy,semgrep : read
    blame,gitk,tig,lazygit,onefetch,agrep,zdiff,zcmp,dwdiff,nmap,tcpdump,ifstat,ccze : read
    sort @code --compress-program
    man @code -P --pager
    tcpdump @code -z
    sort -o|--output : write
    sort : read
    hostname,domainname * : admin hostname
    hostname,domainname : read
    ifconfig * up|down|mtu|netmask|add|del|* : admin network
    ifconfig : read
    set : read
    logger,wall,write,mesg,notify-send,say,espeak,espeak-ng,spd-say,zenity,osd_cat : write
    journalctl --vacuum-size|--vacuum-time|--vacuum-files|--rotate|--flush : destructive removes_logs
    dmesg -C|--clear|-c|--read-clear : destructive removes_logs
    history -c|-d|-w : write history
    journalctl,dmesg,history : read
    """
}
