extension ProgramTable {
  /// The machine itself: disks, services, users, network, power.
  static let system = """
    shred,wipe,scrub,bleachbit,nwipe,secure-delete : destructive overwrites_files
    mkfs,mkfs.ext2,mkfs.ext3,mkfs.ext4,mkfs.xfs,mkfs.btrfs,mkfs.vfat,mkfs.fat,mkfs.ntfs,mke2fs,mkswap,newfs,mkdosfs : destructive formats_disk
    wipefs -n|--no-act : read
    wipefs !-a|--all|-o|--offset : read
    wipefs : destructive formats_disk
    fdisk,sfdisk,gdisk,cfdisk -l|--list : read
    parted -l|--list : read
    sgdisk -p|--print|-v : read
    fdisk,sfdisk,sgdisk,gdisk,cfdisk,parted,partprobe : destructive partitions_disk
    blkdiscard,hdparm,sdparm,nvme,badblocks,e2image,debugfs,tune2fs,resize2fs,xfs_repair,fsck,e2fsck,dumpe2fs : admin disk
    cryptsetup luksErase|erase|luksFormat : destructive formats_disk
    cryptsetup status|luksDump|isLuks : read
    cryptsetup : admin disk
    lvremove,vgremove,pvremove,lvreduce : destructive removes_volume
    lvs,vgs,pvs,lvdisplay,vgdisplay,pvdisplay,lvscan : read
    lvcreate,vgcreate,pvcreate,lvextend,vgextend,lvresize : admin disk
    mdadm --zero-superblock|--stop|-S|--remove|--fail : destructive removes_volume
    mdadm -D|--detail|-E|--examine|-Q : read
    mdadm : admin disk
    zfs destroy|rollback : destructive removes_volume
    zpool destroy|labelclear : destructive removes_volume
    zfs,zpool list|get|status|history|iostat|diff : read
    zfs,zpool : admin disk
    btrfs subvolume delete : destructive removes_volume
    btrfs : admin disk
    diskutil erase*|partition*|zeroDisk|secureErase|apfs : destructive formats_disk
    diskutil list|info : read
    diskutil : admin disk
    tmutil delete|deletelocalsnapshots : destructive removes_backups
    format @nocase
    format ?: : destructive formats
    format : write
    rd,del,erase @nocase
    rd,del,erase =/s|/q|/f : destructive removes_files
    rd,del,erase : write removes_files
    diskpart,cipher : destructive formats_disk
    losetup,dmsetup,swapon,swapoff,kpartx : admin disk
    mount !* : read
    mount -l : read
    mount,umount,fusermount,mount.nfs,mount.cifs : admin mounts
    systemctl @value -t --type -p --property -H --host -M --machine -n --lines -o --output --state --root
    systemctl poweroff|reboot|halt|kexec|suspend|hibernate|rescue|emergency|soft-reboot : admin power
    systemctl stop|disable|mask|kill|isolate|revert|restart|try-restart|reload-or-restart|daemon-reexec : admin service
    systemctl status|show|cat|list-*|is-*|get-default|help|show-environment : read
    systemctl !* : read
    systemctl : admin service
    service --status-all : read
    service * status : read
    service : admin service
    launchctl list|print|blame : read
    launchctl,rc-service,rc-update,update-rc.d,chkconfig,initctl,sv,svcadm,s6-rc,invoke-rc.d : admin service
    supervisorctl stop|shutdown|remove|restart : admin service
    pm2 delete|kill|stop : destructive ends_processes
    supervisorctl,pm2 : write
    reboot,shutdown,poweroff,halt,telinit,init : admin power
    pkill,killall -USR1|-USR2|-HUP|-0|-CONT|-STOP|-WINCH|-l|--list : write signals_process
    pkill,killall,killall5,skill,xkill,slay : destructive ends_processes
    useradd,userdel,usermod,adduser,deluser,groupadd,groupdel,groupmod,addgroup,delgroup,gpasswd,newgrp,chsh,chfn : admin accounts
    passwd -S|--status : read
    passwd,chpasswd,chage,vipw,vigr,visudo,htpasswd,smbpasswd,kadmin,ldapdelete,ldapmodify,ldapadd : admin accounts
    nft list : read
    cmd,cmd.exe @nocase
    cmd,cmd.exe =*rmdir*|*rd*|*del*|*erase* =*/s*|*/q* : destructive removes_files
    cmd,cmd.exe =format*|*vssadmin*delete*|*diskpart* : destructive formats
    cmd,cmd.exe : write
    iptables,ip6tables,ebtables,arptables -L|--list|-S|-n|--list-rules : read
    iptables,ip6tables,ebtables,arptables,iptables-restore,nft,pfctl,ipfw,ipset : admin firewall
    ufw status|version|show : read
    firewall-cmd --list-all|--state|--get-zones|--list-ports|--get-default-zone : read
    ufw,firewall-cmd : admin firewall
    ip @value -n -netns -family -f
    ip netns exec : @wrap 1
    ip * add|del|delete|set|flush|change|replace|append : admin network
    ip : read
    route add|del|delete|flush|change : admin network
    route : read
    ifup,ifdown,dhclient,nmcli,brctl,tc,ethtool,iwconfig,wpa_cli,openvpn,wg,wg-quick : admin network
    sysctl -w|-p|--write|--load|--system : admin kernel
    sysctl =*=* : admin kernel
    sysctl : read
    modprobe,insmod,rmmod,depmod,kexec,grub-install,update-grub,grub-mkconfig,efibootmgr,dkms,update-initramfs,mkinitcpio : admin kernel
    setenforce,semanage,restorecon,apparmor_parser,aa-disable,aa-complain,auditctl,setsebool : admin security
    getenforce,sestatus,aa-status,getsebool,ausearch,aureport : read
    timedatectl set-* : admin clock
    timedatectl,hostnamectl,localectl,loginctl !* : read
    timedatectl,hostnamectl,localectl,loginctl status|show|list-* : read
    loginctl terminate-*|kill-* : destructive ends_processes
    hostnamectl,localectl,loginctl,hwclock,ntpdate,chronyc : admin clock
    chattr,setfacl,setcap : admin permissions
    lsattr,getfacl,getcap : read
    ldconfig,update-alternatives,alternatives,dpkg-reconfigure,sysprep,bless,nvram,csrutil,spctl,defaults : admin system
    dscl,sysadminctl,pwpolicy,security : admin accounts
    bpftool,capsh : admin namespaces
    quotaoff,quotaon,edquota,setquota : admin quota
    atrm,atq,atd : write
    ipcrm : destructive removes_shared_memory
    rpc.mountd,exportfs,smbcontrol : admin exports
    openstack * delete|purge : destructive deletes_resources
    openstack * list|show : read
    openstack : write
    reg delete : destructive registry
    reg : admin system
    tmutil,timedatectl : admin system
    Remove-Item,Clear-Content,Format-Volume,Clear-Disk : destructive recursive_delete
    bcdedit,vssadmin,wbadmin,wevtutil,net,netsh,schtasks,takeown,icacls : admin system
    """
}
