extension ProgramTable {
  /// Containers and clusters.
  static let containers = """
    docker,podman,nerdctl @value -v --volume -H --host -c --context --config -l --log-level -f --file -p --project-name --profile --env-file --project-directory --filter
    docker,podman,nerdctl exec : @wrap 1 -e --env -u --user -w --workdir --env-file --detach-keys
    docker,podman,nerdctl container exec : @wrap 1 -e --env -u --user -w --workdir --env-file
    docker,podman,nerdctl compose exec|run : @wrap 1 -e --env -u --user -w --workdir --index --name --entrypoint -v --volume -p --publish
    docker,podman,nerdctl run|create --privileged|--pid=host|--cap-add|--security-opt : admin privileged_container
    docker,podman,nerdctl run|create -v=/:*|--volume=/:*|-v=/var/run/docker.sock:/var/run/docker.sock : admin host_mount
    docker,podman,nerdctl run : @wrap 1 -e --env -u --user -w --workdir -v --volume -p --publish --name --network --net --entrypoint -m --memory --cpus --mount --env-file -h --hostname --restart --label -l --platform --pull --gpus --link --add-host --dns --ip --shm-size --tmpfs --ulimit --device --log-driver --log-opt --pid --ipc --security-opt --cap-add --cap-drop --cidfile --expose --stop-signal
    docker,podman,nerdctl compose down -v|--volumes|--rmi : destructive removes_volumes
    docker,podman,nerdctl compose rm -v|-f|-s : destructive removes_containers
    docker,podman,nerdctl compose kill|down|rm|stop : write stops_containers
    docker,podman,nerdctl compose ps|logs|config|images|top|events|port|version|ls : read
    docker,podman,nerdctl compose : write
    docker,podman,nerdctl system prune -f|--force|--volumes|--all=x : destructive prunes_resources
    docker,podman,nerdctl system|image|container|network|builder|buildx prune !-f|--force : write asks_before_pruning
    docker,podman,nerdctl system reset : destructive prunes_resources
    docker,podman,nerdctl volume rm|remove|prune : destructive removes_volumes
    docker,podman,nerdctl image|container|network|builder|buildx|pod prune : destructive prunes_resources
    docker,podman,nerdctl rm|container|pod rm|remove -v|--volumes : destructive removes_volumes
    docker,podman,nerdctl rm -v|-f|--force|--volumes|-a|--all : destructive removes_containers
    docker,podman,nerdctl container|pod rm|remove : destructive removes_containers
    docker,podman,nerdctl rmi -f|--force|-a|--all : destructive removes_images
    docker,podman,nerdctl image rm|remove -f|--force : destructive removes_images
    docker,podman,nerdctl secret|config|network|context|stack|service|node|plugin|manifest rm|remove|leave|demote : destructive deletes_resources
    docker,podman,nerdctl swarm leave|ca|unlock : admin cluster
    docker,podman,nerdctl kill|stop|restart|pause : write stops_containers
    docker,podman,nerdctl ps|images|logs|inspect|top|stats|version|info|search|history|port|diff|events|help|wait : read
    docker,podman,nerdctl system df|info|events : read
    docker,podman,nerdctl * ls|list|inspect|history|logs|ps|top|stats : read
    docker,podman,nerdctl login|logout : admin credentials
    docker,podman,nerdctl : write
    docker-compose,podman-compose @value -f --file -p --project-name --profile --env-file
    docker-compose,podman-compose exec|run : @wrap 1 -e --env -u --user -w --workdir --index --name --entrypoint -v --volume -p --publish
    docker-compose,podman-compose down -v|--volumes|--rmi : destructive removes_volumes
    docker-compose,podman-compose rm -v|-f|-s : destructive removes_containers
    docker-compose,podman-compose ps|logs|config|images|top|events|port|version : read
    docker-compose,podman-compose : write
    buildah,skopeo,crictl,ctr delete|rm|rmi|remove : destructive removes_images
    buildah,skopeo,crictl,ctr : write

    kubectl,oc,microk8s.kubectl @value -n --namespace --context --cluster -s --server --kubeconfig --user --as --as-group -l --selector --field-selector -o --output -c --container --token --request-timeout -p --patch --type --grace-period --timeout --replicas -f --filename -k --kustomize
    kubectl,oc,microk8s.kubectl --dry-run|--dry-run=client|--dry-run=server : read
    kubectl,oc,microk8s.kubectl exec : @wrap 1 -n --namespace -c --container --context --kubeconfig --pod-running-timeout -f --filename
    kubectl,oc,microk8s.kubectl debug|run : @wrap 1 -n --namespace --image -c --container --context --overrides --restart --target --env --labels -l --port
    kubectl,oc,microk8s.kubectl delete : destructive deletes_resources
    kubectl,oc,microk8s.kubectl drain|cordon|taint : admin cluster
    kubectl,oc,microk8s.kubectl replace --force : destructive deletes_resources
    kubectl,oc,microk8s.kubectl apply --prune|--force : destructive deletes_resources
    kubectl,oc,microk8s.kubectl scale|autoscale --replicas=0 : destructive scales_to_nothing
    kubectl,oc,microk8s.kubectl rollout undo : destructive rolls_back
    kubectl,oc,microk8s.kubectl rollout status|history : read
    kubectl,oc,microk8s.kubectl create|adm|certificate|auth clusterrolebinding|rolebinding|clusterrole|role|serviceaccount|approve|reconcile|policy|token : admin privileges
    kubectl,oc,microk8s.kubectl patch|edit|annotate|label|set =clusterrole*|role*|rolebinding* : admin privileges
    kubectl,oc,microk8s.kubectl get|describe =secret|secrets|secret/*|secrets/* : read reads_secrets
    kubectl,oc,microk8s.kubectl get|describe|logs|top|explain|version|api-resources|api-versions|cluster-info|diff|wait|events|options|auth : read
    kubectl,oc,microk8s.kubectl config view|get-contexts|current-context|get-clusters : read
    kubectl,oc,microk8s.kubectl config delete-*|unset : destructive deletes_configuration
    oc adm : admin cluster
    kubectl,oc,microk8s.kubectl cp|port-forward|proxy|attach : write
    kubectl,oc,microk8s.kubectl : write
    helm @value -n --namespace --kube-context --kubeconfig -f --values --set --version -o
    helm --dry-run : read
    helm uninstall|delete|del|un : destructive deletes_resources
    helm rollback : destructive rolls_back
    helm upgrade|install --force|--reset-values|--replace : destructive replaces_resources
    helm list|ls|status|get|history|show|search|template|lint|version|env|verify|help|inspect : read
    helm repo|plugin list|ls : read
    helm : write
    helmfile destroy|delete : destructive deletes_resources
    helmfile diff|list|template|lint : read
    helmfile,kustomize,skaffold,tilt,argocd,flux,k9s,stern,kubectx,kubens,kubeadm,eksctl delete|uninstall|reset|down|destroy|terminate : destructive deletes_resources
    argocd,flux,eksctl,kubeadm,velero,rancher * delete|terminate-op|rm|reset : destructive deletes_resources
    argocd app rollback : destructive rolls_back
    argocd app sync --prune|--force|--replace : destructive replaces_resources
    argocd,flux,eksctl,velero get|list|logs|version|describe|check|tree : read
    argocd,flux,eksctl,velero * get|list|diff|history|describe|logs : read
    etcdctl del : destructive deletes_keys
    etcdctl user|role|auth|member|snapshot : admin cluster
    etcdctl get|watch|endpoint : read
    consul kv delete : destructive deletes_keys
    vault delete|destroy : destructive deletes_secrets
    vault kv delete|destroy|metadata : destructive deletes_secrets
    vault secrets|auth|token|lease|policy|operator disable|revoke|delete|seal|rekey|generate-root|enable|write|step-down : admin secrets
    vault read|list|status|kv : read reads_secrets
    vault,etcdctl,consul,nomad,kustomize,skaffold,tilt,argocd,flux,k9s,stern,kubectx,kubens,kubeadm,eksctl,velero,helmfile,rancher : write
    nomad job|system|namespace|volume stop|gc|delete|purge : destructive deletes_resources
    machinectl shell : @wrap 1 --uid --setenv -E -M
    systemd-nspawn,machinectl,lxc,incus,virsh,vagrant,VBoxManage delete|destroy|remove|unregistervm|undefine|terminate|poweroff|vol-delete : destructive deletes_resources
    vagrant ssh : @shell 0 -c --command
    lxc,incus exec : @wrap 1 --env --cwd --user
    lxc,incus,virsh,vagrant list|info|status|global-status|dominfo|version : read
    systemd-nspawn,machinectl,lxc,incus,virsh,vagrant,VBoxManage : write
    """
}
