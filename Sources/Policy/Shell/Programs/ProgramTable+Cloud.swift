extension ProgramTable {
  /// Clouds, and what describes infrastructure as code.
  static let cloud = """
    terraform,tofu,terragrunt @value -chdir -var-file -var -target -state -backend-config
    terraform,tofu,terragrunt destroy|run-all|apply-all|destroy-all -destroy|--destroy : destructive destroys_resources
    terraform,tofu,terragrunt plan|graph|show|validate|output|version|providers|console|fmt|get|test|metadata|help|init : read
    terraform,tofu,terragrunt destroy|destroy-all : destructive destroys_resources
    terraform,tofu,terragrunt run-all destroy : destructive destroys_resources
    terraform,tofu,terragrunt apply -destroy : destructive destroys_resources
    terraform,tofu,terragrunt apply -auto-approve|--auto-approve|--terragrunt-non-interactive : admin applies_unreviewed
    terraform,tofu,terragrunt state rm|push|replace-provider : destructive edits_state
    terraform,tofu,terragrunt state|workspace list|show|pull : read
    terraform,tofu,terragrunt workspace delete : destructive deletes_workspace
    terraform,tofu,terragrunt force-unlock|taint|untaint|import : admin edits_state
    terraform,tofu,terragrunt : write
    pulumi destroy|down : destructive destroys_resources
    pulumi stack rm : destructive deletes_stack
    pulumi state delete : destructive edits_state
    pulumi cancel|import : admin edits_state
    pulumi up|update -y|--yes|-f|--skip-preview : admin applies_unreviewed
    pulumi preview|logs|version|about|whoami|watch|stack|config : read
    pulumi : write
    cdk,cdktf,sst destroy|remove : destructive destroys_resources
    cdk,cdktf diff|synth|list|ls|doctor|metadata : read
    cdk,cdktf deploy --require-approval=never : admin applies_unreviewed
    cdk,cdktf,sst : write
    serverless,sls remove : destructive destroys_resources
    serverless,sls,sam,amplify,copilot,eb,chalice,zappa delete|undeploy|terminate|remove : destructive destroys_resources
    copilot,eb,sam,amplify * delete|remove : destructive destroys_resources
    serverless,sls,sam,amplify,copilot,eb,chalice,zappa : write
    ansible -m=shell|-m=command|-m=raw -a : admin runs_on_hosts
    ansible-playbook --check|-C|--syntax-check|--list-hosts|--list-tasks : read
    ansible,ansible-playbook,salt,puppet,chef-client,knife : admin runs_on_hosts
    ansible-vault,ansible-galaxy,ansible-lint,ansible-inventory,ansible-doc,packer : write

    aws @value --profile --region --endpoint-url --output --query --ca-bundle --cli-read-timeout --cli-connect-timeout
    aws --dry-run|--dryrun : read
    aws s3 rb : destructive deletes_objects
    aws s3 rm : destructive deletes_objects
    aws s3 sync|mv --delete : destructive deletes_objects
    aws s3 ls : read
    aws s3api put-bucket-policy|put-bucket-acl|put-object-acl|put-public-access-block|delete-public-access-block : admin privileges
    aws s3|s3api cp|mv|sync|mb|website|presign : write
    aws iam|organizations|sso-admin|identitystore|sts create-*|attach-*|put-*|update-*|add-*|delete-*|detach-*|remove-*|set-*|assume-role*|enable-*|deactivate-* : admin privileges
    aws kms schedule-key-deletion|disable-key|delete-*|put-key-policy|create-grant|revoke-grant : admin keys
    aws secretsmanager|ssm get-secret-value|get-parameter|get-parameters* : read reads_secrets
    aws ssm send-command|start-session|start-automation-execution : admin runs_on_hosts
    aws * delete-*|terminate-*|destroy-*|purge-*|remove-*|deregister-*|batch-delete-*|release-*|reset-*|cancel-*|disable-*|revoke-*|schedule-*|empty-* : destructive deletes_resources
    aws * reboot-*|stop-*|detach-*|disassociate-*|failover-*|restore-*|rollback-*|modify-db-*|authorize-* : admin changes_service
    aws lambda|dynamodb|rds-data invoke|execute-statement|batch-execute-statement : write
    aws * describe-*|list-*|get-*|head-*|filter-*|lookup-*|search-*|query|scan|select-*|estimate-*|validate-*|simulate-*|wait|tail|help|check-* : read
    aws configure|sso login|logout|set|list|get|sso : write
    aws help : read
    aws : write

    gcloud,bq,gsutil @value --project --account --configuration --region --zone --format --filter --impersonate-service-account --location --dataset_id --project_id -p
    gsutil rm|rb : destructive deletes_objects
    gsutil rsync -d : destructive deletes_objects
    gsutil ls|cat|stat|du|version|help|hash : read
    gsutil iam|acl|defacl|policy ch|set : admin privileges
    gsutil -m|-q|-o rm|rb : destructive deletes_objects
    gsutil : write
    bq rm : destructive deletes_resources
    bq query --dry_run : read
    bq ls|show|head|version|help : read
    bq query|load|mk|update|cp|extract|insert : unknown statement_unseen
    gcloud auth|iam|organizations|projects login|activate-service-account|revoke|print-access-token|add-iam-policy-binding|remove-iam-policy-binding|set-iam-policy|create : admin privileges
    gcloud projects delete : destructive deletes_project
    gcloud * * add-iam-policy-binding|remove-iam-policy-binding|set-iam-policy : admin privileges
    gcloud iam service-accounts|roles create|delete|keys|disable|enable|update : admin privileges
    gcloud * delete|destroy|remove|reset|purge : destructive deletes_resources
    gcloud * * delete|destroy|remove|reset|purge|stop|failover|clear|truncate|rm : destructive deletes_resources
    gcloud * * * delete|destroy|remove|reset|purge|clear|rm : destructive deletes_resources
    gcloud * * * * delete|destroy|remove|reset|purge : destructive deletes_resources
    gcloud storage rm : destructive deletes_objects
    gcloud storage rsync --delete-unmatched-destination-objects : destructive deletes_objects
    gcloud storage ls|cat|du|hash : read
    gcloud secrets versions access|destroy : admin secrets
    gcloud compute ssh : @shell 1 --zone --project --command --tunnel-through-iap
    gcloud services disable : admin changes_service
    gcloud info|version|help|topic|feedback : read
    gcloud config list|get|get-value : read
    gcloud * list|describe|get|read|tail|list-* : read
    gcloud * * list|describe|get|get-value|read|list-*|get-*|tail : read
    gcloud * * * list|describe|get|list-*|get-* : read
    gcloud : write

    az @value -g --resource-group --subscription -n --name -o --output --query -l --location --ids
    az group delete : destructive deletes_resources
    az ad|role|account|login|logout|policy create|delete|update|set|add|reset-credentials|credential|assignment|definition|sp|app|user|group : admin privileges
    az login|logout : admin credentials
    az keyvault secret show|download : read reads_secrets
    az vm run-command : admin runs_on_hosts
    az * delete|purge|remove|destroy|deallocate|reset|flush : destructive deletes_resources
    az * * delete|delete-batch|purge|remove|destroy|stop|restart|reset|flush|clear|failover : destructive deletes_resources
    az * * * delete|delete-batch|purge|remove|destroy|clear|reset : destructive deletes_resources
    az * list|show|version|find|help : read
    az * * list|show|get-* : read
    az * * * list|show : read
    az : write

    doctl,linode-cli,hcloud,scw,vultr-cli,oci,ibmcloud,aliyun,tccli,exo,upctl,civo @value --context --token --config
    doctl,linode-cli,hcloud,scw,vultr-cli,oci,ibmcloud,aliyun,tccli,exo,upctl,civo * delete|destroy|remove|rm|terminate|delete-* : destructive deletes_resources
    doctl,linode-cli,hcloud,scw,vultr-cli,oci,ibmcloud,aliyun,tccli,exo,upctl,civo * * delete|destroy|remove|rm|delete-*|terminate|linode-delete|delete-selected : destructive deletes_resources
    doctl,linode-cli,hcloud,scw,vultr-cli,oci,ibmcloud,aliyun,tccli,exo,upctl,civo * * * delete|destroy|remove|rm|delete-* : destructive deletes_resources
    doctl,linode-cli,hcloud,scw,vultr-cli,oci,ibmcloud,aliyun,tccli,exo,upctl,civo * list|get|ls|show|describe|info : read
    doctl,linode-cli,hcloud,scw,vultr-cli,oci,ibmcloud,aliyun,tccli,exo,upctl,civo * * list|get|ls|show|describe|info : read
    doctl,linode-cli,hcloud,scw,vultr-cli,oci,ibmcloud,aliyun,tccli,exo,upctl,civo : write
    heroku @value -a --app -r --remote
    heroku apps:destroy|destroy|pg:reset|pg:killall|addons:destroy|domains:remove|config:unset|ps:kill|pg:kill|container:rm|keys:clear|spaces:destroy|pipelines:destroy|releases:rollback|rollback|pg:restore|pg:unfollow|apps:delete|addons:remove : destructive deletes_resources
    heroku run : @shell 0
    heroku pg:psql : unknown interactive_client
    heroku logs|apps|ps|config|releases|status|pg:info|pg:ps|addons|apps:info|domains : read
    heroku : write
    fly,flyctl apps|apps:destroy|volumes|machine|machines|postgres|secrets|ips|certs|vol|volume|m destroy|delete|remove|unset|release|kill : destructive deletes_resources
    fly,flyctl destroy|scale =0|count=0 : destructive deletes_resources
    fly,flyctl destroy : destructive deletes_resources
    fly,flyctl ssh console : @shell 0
    fly,flyctl status|logs|info|version|platform|checks|releases|doctor : read
    fly,flyctl * list|show|status : read
    fly,flyctl : write
    vercel,vc,now remove|rm|rollback : destructive deletes_resources
    vercel,vc,now env|domains|dns|certs|project|alias|secrets|blob|projects rm|remove|del|delete : destructive deletes_resources
    vercel,vc,now ls|list|inspect|logs|whoami|help : read
    vercel,vc,now : write
    netlify,ntl sites:delete|env:unset|blobs:delete|unlink : destructive deletes_resources
    netlify,ntl status|sites:list|env:list|watch : read
    netlify,ntl : write
    railway down|delete|unlink : destructive deletes_resources
    railway volume|environment|service|variables delete|remove|rm : destructive deletes_resources
    railway run|shell : @wrap 0 -s --service -e --environment
    railway status|logs|whoami|list : read
    railway : write
    render,koyeb,dokku,caprover,northflank,platform,upsun * delete|destroy|remove : destructive deletes_resources
    dokku *:destroy|*:drop|*:unset|*:clear : destructive deletes_resources
    render,koyeb,dokku,caprover,northflank,platform,upsun : write
    wrangler delete|rollback : destructive deletes_resources
    wrangler d1|kv|r2|queues|pages|secret|vectorize|hyperdrive|kv:namespace|kv:key|kv:bulk|deployments delete|purge|drop|empty : destructive deletes_resources
    wrangler kv|r2|d1|pages|queues namespace|key|bulk|object|bucket|project|deployment|consumer|time-travel delete|remove|purge|restore : destructive deletes_resources
    wrangler d1 execute : unknown statement_unseen
    wrangler tail|whoami|deployments|dev : read
    wrangler : write
    firebase firestore:delete|database:remove|projects:delete|hosting:disable|functions:delete|apps:delete|database:set|auth:import : destructive deletes_resources
    firebase : write
    planetscale,pscale branch|database|keyspace delete|reset : destructive deletes_resources
    pscale deploy-request|password|shell deploy|delete|revert : destructive deletes_resources
    pscale shell|connect : unknown interactive_client
    planetscale,pscale : write
    neonctl,neon projects|branches|databases|roles|endpoints delete|reset|restore : destructive deletes_resources
    neonctl,neon : write
    turso db|group destroy|delete|wipe : destructive deletes_resources
    turso : write
    stripe * delete|cancel|remove : destructive deletes_resources
    stripe delete : destructive deletes_resources
    stripe : write
    sentry-cli,datadog,newrelic,grafana-cli,pagerduty,twilio,auth0,okta,launchdarkly * delete|remove|revoke : destructive deletes_resources
    sentry-cli,datadog,newrelic,grafana-cli,pagerduty,twilio,auth0,okta,launchdarkly : write
    op item|vault|document|user delete|suspend : destructive deletes_secrets
    op,pass,gopass,bw,lpass,chamber,doppler,infisical,sops rm|delete|remove|purge : destructive deletes_secrets
    op,pass,gopass,bw,lpass,chamber,doppler,infisical,sops : read reads_secrets
    kafka-topics,kafka-topics.sh,kafka-consumer-groups,kafka-consumer-groups.sh,kafka-delete-records,kafka-delete-records.sh,kafka-configs --delete|--delete-offsets|--reset-offsets|--offset-json-file : destructive deletes_topics
    kafka-topics,kafka-topics.sh,kafka-consumer-groups,kafka-consumer-groups.sh,kafka-configs,rabbitmqadmin,rabbitmqctl list|--list|--describe|status : read
    rabbitmqadmin delete|purge : destructive deletes_queues
    rabbitmqctl reset|force_reset|delete_*|purge_queue|stop*|forget_* : destructive deletes_queues
    kafka-topics,kafka-topics.sh,kafka-consumer-groups,kafka-consumer-groups.sh,kafka-configs,rabbitmqadmin,rabbitmqctl,nats,kcat : write
    kafka-delete-records,kafka-delete-records.sh : destructive deletes_topics
    bq : write
    nats stream|consumer|kv rm|purge|del|delete : destructive deletes_queues
    restic,borg,borgmatic,duplicity,kopia,rdiff-backup,bup forget|prune|delete|purge|unlock|remove-older-than|remove-all-but-n-full : destructive removes_backups
    restic,borg,kopia snapshots|list|info|check|ls|stats|diff : read
    restic,borg,borgmatic,duplicity,kopia,rdiff-backup,bup : write
    """
}
