//! Codes of calling AWS: credentials, endpoints, permissions, limits (area A).

use super::{ErrorKind, Kind, Severity, codes};

const DENIED: Kind = Kind::Error(ErrorKind::Denied);
const CONFIG: Kind = Kind::Error(ErrorKind::Config);
const WORLD: Kind = Kind::Error(ErrorKind::World);

codes! {
    /// The standard chain found no credentials.
    NO_CREDENTIALS = "SG-A001", DENIED,
        "no AWS credentials were found: {cause}",
        next: "log in (aws sso login --profile NAME), then name the profile: --profile NAME",
        help: "Segue looks where the AWS CLI looks: the environment (AWS_ACCESS_KEY_ID, \
               AWS_PROFILE), the shared files in ~/.aws, a web identity, the container, the \
               machine. None of them gave credentials. aws sts get-caller-identity shows what the \
               CLI finds with the same profile.";
    /// The credentials have run out, and the chain has no fresher ones.
    EXPIRED = "SG-A002", DENIED,
        "the AWS credentials have expired: {service} refused them ({cause})",
        next: "log in again (aws sso login), then run the same command: it goes on where it stopped",
        help: "Credentials of a login live for some hours. Segue asked the chain for fresh ones \
               once, and the service refused those as well. What was done before is kept.";
    /// The caller may not do it.
    ACCESS_DENIED = "SG-A003", DENIED,
        "{principal} may not call {operation}: {cause}",
        next: "allow {operation} for {principal}, or use another profile: --profile NAME",
        help: "The credentials are valid, and a policy does not allow the operation. The text after \
               the colon is what AWS says; it may name the policy, such as a service control policy \
               of the organisation, that an administrator has to change.";
    /// The service does not know the key or the signature.
    REFUSED_CREDENTIALS = "SG-A004", DENIED,
        "{service} does not accept the AWS credentials: {cause}",
        next: "see whose they are (aws sts get-caller-identity), or log in again",
        help: "The key is unknown, has been turned off, or does not belong to its secret. Keys of \
               another partition (China, GovCloud) and of a deleted user look like this as well.";
    /// There is no region.
    NO_REGION = "SG-A005", CONFIG,
        "no AWS region is set",
        next: "name it: --region ap-northeast-2",
        help: "Neither the flag nor AWS_REGION nor the profile names a region, and this machine is \
               not in one. Everything but IAM and Route 53 lives in a region, so there is no default.";
    /// The host of an endpoint is not in DNS.
    NO_HOST = "SG-A006", WORLD,
        "there is no host {host}: {cause}",
        next: "check the region ({region}) and --endpoint-url; then the DNS of this machine: getent hosts {host}",
        help: "The name of an endpoint is made of the service and the region. A region that does \
               not exist, a service that the region does not have, or a machine without DNS all \
               look like this.";
    /// An endpoint does not answer.
    NO_ANSWER = "SG-A007", WORLD,
        "{endpoint} does not answer {operation}: {cause}",
        next: "check the way there (proxy, VPC endpoint, firewall): curl -sv {endpoint}",
        help: "The connection was refused, broke off or took too long, also after several attempts \
               with growing waits. Nothing is known of the last attempt: a call that changes \
               something may have been carried out.";
    /// Throttled for longer than Segue waits.
    THROTTLED = "SG-A008", WORLD,
        "{service} has throttled {operation} for {waited} s: {cause}",
        next: "wait some minutes and run the same command, or ask more slowly: --pace 0.5",
        help: "AWS limits the requests of an account, all callers together. Segue halves its rate \
               with each refusal and waits longer each time, up to a bound. Somebody else may be \
               using the quota: a deployment, a monitor, another scan.";
    /// The answer is not what the protocol says.
    MALFORMED = "SG-A009", WORLD,
        "the answer of {endpoint} to {operation} cannot be read: {cause}",
        next: "see who answers at {endpoint}: a proxy, a login page, another service",
        help: "The answer is not the JSON or XML that the operation promises, or is larger than any \
               answer can be. Something between here and AWS may answer in its place.";
    /// The clock of this machine is off, and correcting it did not help.
    CLOCK_OFF = "SG-A010", WORLD,
        "{service} refuses the time of this machine, which is {seconds} s off: {cause}",
        next: "set the clock (timedatectl status), then run the same command",
        help: "Requests are signed with the time, and AWS takes five minutes of difference at most. \
               Segue corrected its time by the service's Date header once, and was refused again.";
    /// The service refused the request for what is in it.
    REFUSED = "SG-A011", WORLD,
        "{service} refused {operation}: {cause}",
        next: "look at what was asked for; the text after the colon is what AWS says",
        help: "The request arrived and was understood, and the service does not carry it out: \
               something does not exist, exists already, is in use, or has a value that is not \
               allowed. The code at the beginning of the cause is that of the AWS documentation.";
    /// The service failed by itself.
    FAILED = "SG-A012", WORLD,
        "{service} failed at {operation}: {cause}",
        next: "look at the state of AWS (https://health.aws.amazon.com), and run the same command later",
        help: "The service answered with an error of its own, also after several attempts with \
               growing waits. Nothing is known of the last attempt: a call that changes something \
               may have been carried out.";
    /// An operation that is not in the table.
    NO_OPERATION = "SG-A013", Kind::Error(ErrorKind::Internal),
        "Segue does not know the AWS operation {operation}",
        next: "report it; the known ones are in docs/reference/aws.md",
        help: "The client calls the operations of a table that is made from AWS's models, and this \
               one is not in it.";
    /// A request that does not fit its operation.
    BAD_REQUEST = "SG-A014", Kind::Error(ErrorKind::Internal),
        "the request of {operation} does not fit its model: {cause}",
        next: "report it; nothing was sent",
        help: "A member is missing that stands in the path, has another type than the model says, or \
               is not in the model. Segue checks this before it sends anything.";
    /// An endpoint that is not a URL.
    BAD_ENDPOINT = "SG-A015", CONFIG,
        "{url} is not an endpoint: {cause}",
        next: "write it with its scheme and without a path: --endpoint-url http://127.0.0.1:5000",
        help: "The endpoint takes the place of the hosts of AWS, for all services. It is a scheme \
               (http or https), a host, and a port if it is not the usual one.";
    /// A scan was not allowed to ask for something that a plan cannot be without.
    SCAN_DENIED_CORE = "SG-A030", Kind::Finding(Severity::High),
        "the scan may not call {operation} in {account} {region}: the plan does not know {missing}",
        next: "allow {actions} (segue migrate iam-policy prints all), then scan again",
        help: "A policy does not allow the operation, so the snapshot has no answers of it. What it \
               would have told is missing in the plan, and what is missing here is more than \
               evidence: services may be left out, or be generated without what they need. Do not \
               move traffic by such a plan.";
    /// A scan was not allowed to ask for evidence.
    SCAN_DENIED = "SG-A031", Kind::Finding(Severity::Medium),
        "the scan may not call {operation} in {account} {region}: the plan does not know {missing}",
        next: "allow {actions} (segue migrate iam-policy prints all), then scan again",
        help: "A policy does not allow the operation, so the snapshot has no answers of it. The \
               objects of the plan are right without it; findings that rest on it are missing.";
    /// An operation that AWS did not answer.
    SCAN_UNANSWERED = "SG-A032", Kind::Finding(Severity::Medium),
        "{operation} was not answered {calls} times in {account} {region} ({cause}): the plan does not know {missing}",
        next: "scan again; if it stays, look at what AWS says after the colon",
        help: "The operation is allowed and went wrong: the region does not have the service, or the \
               thing was deleted while the scan ran. The scan went on without it.";
    /// A folder that holds the scan of another place.
    SCAN_OTHER_PLACE = "SG-A033", CONFIG,
        "{folder} holds a scan of {was}, and this one is of {now}",
        next: "name another folder by --out, or use the profile and region of the first scan",
        help: "Answers of two accounts or regions in one snapshot would be taken for one estate. \
               Several places are scanned into one snapshot by naming all of them in one command, or \
               into a snapshot each, which one plan then reads together. Nothing was changed.";
    /// A scan that goes on from long ago.
    SCAN_OLD = "SG-A034", Kind::Because,
        "this scan began {hours} hours ago: its first answers are as old as that",
        next: "begin anew by --fresh, if the estate has changed since",
        help: "A scan that was interrupted goes on where it stopped and asks nothing twice. What was \
               answered before the interruption is kept as it was.";
    /// The state of an interrupted scan cannot be read.
    SCAN_STATE = "SG-A035", CONFIG,
        "{path} is not the state of an interrupted scan: {cause}",
        next: "begin anew: run the same command with --fresh",
        help: "A scan keeps what it has been told in a folder beside the snapshot, NAME.partial, and \
               its file scan.json says what is scanned. Answers in it that were cut off are asked \
               again by themselves; without scan.json nobody knows whose they are.";
    /// Two profiles of one account.
    SCAN_SAME_PLACE = "SG-A036", Kind::Error(ErrorKind::Usage),
        "{account} {region} is named twice, by {first} and by {second}",
        next: "leave one of them out: --profile {first}",
        help: "Both profiles lead to the same account in the same region. Everything would be asked \
               twice and stand in the snapshot twice. Nothing was asked but whose the profiles are.";
    /// Some permissions are missing.
    DOCTOR_MISSING = "SG-A037", DENIED,
        "{count} of {total} operations cannot be called: {list}",
        next: "give the caller the policy that segue migrate iam-policy prints",
        help: "Segue tried one cheap call of each kind. Those that were refused are listed with what \
               a plan would not know without them. A scan works all the same and names what is missing.";
    /// A scan cannot get on.
    SCAN_STOPPED = "SG-A038", WORLD,
        "the scan stopped at {operation} in {account} {region}: {cause}",
        next: "run the same command again: it goes on where it stopped, with {answers} answers kept",
        help: "AWS did not answer a call that a plan cannot be without, also after several attempts. \
               Everything that was answered before is kept beside the snapshot.";
    /// Two scans into one folder at once.
    SCAN_RUNNING = "SG-A039", Kind::Error(ErrorKind::Held),
        "another scan writes {folder} at this time (process {process})",
        next: "wait until it has ended (ps -p {process}), or name another folder by --out",
        help: "Two scans at once would each replace what the other keeps. The lock lies in the folder \
               beside the snapshot, NAME.partial, and goes with the process that holds it: after a \
               crash nothing has to be cleaned up. Nothing was asked and nothing was written.";
    /// A scan that was allowed to ask for nothing.
    SCAN_NOTHING = "SG-A040", DENIED,
        "the caller may not call any operation of a scan in {account} {region}: {count} were refused ({cause})",
        next: "give the caller the policy that segue migrate iam-policy prints, or use another profile: --profile NAME",
        help: "The credentials are valid, and every operation was refused, so there is nothing to plan \
               from. The text in brackets is what AWS says of the first; it may name a service control \
               policy of the organisation, which often allows some regions only. Nothing was written.";
    /// A scan of a region without clusters.
    SCAN_EMPTY = "SG-A041", Kind::Because,
        "there is no ECS cluster in {account} {region}",
        next: "if there should be one, name its region (--region) and account (--profile)",
        help: "AWS answered, and lists no cluster. A region that is not in use looks like this.";
    /// A region that cannot be one.
    BAD_REGION = "SG-A016", CONFIG,
        "`{region}` is not a region of AWS",
        next: "write it as AWS does: --region ap-northeast-2",
        help: "The name of a region is letters, digits and hyphens. It becomes part of the hosts that \
               requests are sent to, so anything else is refused.";
}
