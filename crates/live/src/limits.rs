//! Every bound of this crate, with its unit and the reason for its size.

use std::time::Duration;

/// Files in one tree: an estate of 1,000 services in 3 environments has about 30,000.
pub const TREE_FILES_MAX: usize = 200_000;

/// Folders nested in one tree; deeper is a link that leads in a circle.
pub const TREE_DEPTH_MAX: usize = 64;

/// Bytes of one file of a tree: a raw AWS snapshot of 60 clusters has about 3 MB.
pub const FILE_BYTES_MAX: u64 = 256 << 20;

/// Connections from clients at one time; each costs about 20 kB. More wait in the kernel's queue.
pub const CLIENTS_MAX: usize = 10_000;

/// How long a client may send nothing between requests: an ALB's idle time-out.
pub const CLIENT_IDLE: Duration = Duration::from_mins(1);

/// How long a client may take for a request's head from its first byte, however often it sends
/// one more. A head is one packet, or a few.
pub const HEAD_WAIT: Duration = Duration::from_secs(30);

/// Requests of one connection, after which it is closed in order, so that clients spread anew.
pub const CLIENT_REQUESTS_MAX: u64 = 100_000;

/// Requests of one HTTP/2 connection at one time: an ALB's value.
pub const STREAMS_MAX: u32 = 128;

/// Requests on one HTTP/2 connection to a target; then another is opened. Servers allow 100 as
/// RFC 9113 asks them to, and more would wait in a queue.
pub const STREAMS_TARGET_MAX: usize = 100;

/// Requests of an HTTP/2 client that are taken back before they are looked at, or break the
/// protocol, before its connection is ended.
pub const EARLY_RESETS_MAX: usize = 100;

/// Bytes that may be on their way on an HTTP/2 stream without being asked for.
pub const WINDOW_STREAM: u32 = 256 << 10;

/// Bytes that may be on their way on an HTTP/2 connection without being asked for.
pub const WINDOW_CONNECTION: u32 = 1 << 20;

/// Time between two questions whether the other end of an HTTP/2 connection is still there.
pub const PING_EVERY: Duration = Duration::from_secs(20);

/// How long it may take to say so.
pub const PING_WAIT: Duration = Duration::from_secs(20);

/// Time between two looks at a client that has sent the beginning of what HTTP/2 begins with.
pub const PREFACE_LOOK: Duration = Duration::from_millis(5);

/// Requests that one target may have at one time: as many as there may be clients.
pub const TARGET_REQUESTS_MAX: usize = 10_000;

/// Bytes of a path with its query: an ALB's limit for the request line.
pub const URI_BYTES_MAX: usize = 16 << 10;

/// Bytes of a request's head: an ALB takes 64 kB in all.
pub const HEAD_BYTES_MAX: usize = 64 << 10;

/// Header fields of a request or an answer.
pub const HEADERS_MAX: usize = 100;

/// How long a connection to a target may take: an ALB's value, after which it answers 504.
pub const CONNECT_WAIT: Duration = Duration::from_secs(10);

/// How long a target may neither take nor send anything during a request: an ALB's idle time-out.
pub const TARGET_IDLE: Duration = Duration::from_mins(1);

/// Bytes that are held for each way of an upgraded connection.
pub const TUNNEL_BUFFER: usize = 8 << 10;

/// How long a free connection to a target is kept. **Less than a target's keep-alive**, so that we
/// close first and never send into a closing connection.
pub const POOL_IDLE: Duration = Duration::from_secs(55);

/// Free connections kept for one target.
pub const POOL_SIZE_MAX: usize = 256;

/// Further attempts for a request of which nothing was sent yet.
pub const RETRIES_MAX: usize = 3;

/// How long a target that leaves may finish its requests. An ALB's default is 300 s; a process on
/// this machine is done sooner.
pub const DRAIN_WAIT: Duration = Duration::from_secs(30);

/// Failures of connections in a row after which a target is passed over.
pub const EJECT_AFTER: u32 = 5;

/// How long a target is passed over: some health checks of the usual interval, which then judge.
pub const EJECT_FOR: Duration = Duration::from_secs(10);

/// How long a new target may get less than its share: an ALB's limit.
pub const SLOW_START_MAX: Duration = Duration::from_mins(15);

/// How long a target that leaves may finish what it has: an ALB's limit.
pub const DRAIN_MAX: Duration = Duration::from_hours(1);

/// How long new targets may take to their first verdict before a configuration is taken over
/// without it: two checks at the usual interval, or one that gets no answer.
pub const SETTLE_WAIT: Duration = Duration::from_secs(3);

/// Targets of one group: an ALB's quota.
pub const TARGETS_MAX: usize = 1_000;

/// Target groups of one balancer: an ALB's quota.
pub const GROUPS_MAX: usize = 100;

/// Listeners of one balancer: an ALB's quota.
pub const LISTENERS_MAX: usize = 50;

/// Rules of one listener, without its default: an ALB's quota, which bounds the time of a look.
pub const RULES_MAX: usize = 100;

/// Values of all conditions of a rule: an ALB's quota.
pub const RULE_VALUES_MAX: usize = 5;

/// Wildcards of all conditions of a rule: an ALB's quota.
pub const RULE_WILDCARDS_MAX: usize = 5;

/// Target groups that one rule forwards to: an ALB's quota.
pub const RULE_GROUPS_MAX: usize = 5;

/// Seconds that a client stays with its target group: an ALB's limit, seven days.
pub const STICKY_SECS_MAX: u32 = 604_800;

/// Characters of a value of a condition, or of a part of a redirect: an ALB's limit.
pub const PATTERN_MAX: usize = 128;

/// Characters of a method, or of the name of a header field, in a condition: an ALB's limit.
pub const HEADER_NAME_MAX: usize = 40;

/// Bytes of a fixed response: an ALB's limit.
pub const FIXED_BODY_MAX: usize = 1_024;

/// Bytes of a request on the admin socket: weights of five groups are some hundred.
pub const ADMIN_BODY_MAX: usize = 64 << 10;

/// How long a client of the admin socket may send nothing between requests.
pub const ADMIN_IDLE: Duration = Duration::from_mins(5);

/// How long a balancer on the other end of an admin socket may take to an answer.
pub const ADMIN_WAIT: Duration = Duration::from_secs(5);

/// How long the other process may take at each step of a hand-over; a successor checks nothing
/// anew before it serves.
pub const HANDOVER_WAIT: Duration = Duration::from_secs(10);

/// Bytes of the state that is handed over: 100 groups of 1,000 targets are about 8 MB.
pub const HANDOVER_BYTES_MAX: usize = 32 << 20;

/// Lines of the access log that wait to be written: some seconds of a busy balancer.
pub const LOG_LINES_MAX: usize = 16 << 10;

/// Bytes of the access log that are written in one go.
pub const LOG_BATCH: usize = 64 << 10;

/// Characters of a request id that is taken over from a client.
pub const REQUEST_ID_MAX: usize = 128;

/// Wait after a failed `accept` (out of file descriptors), so that the loop does not spin.
pub const ACCEPT_WAIT: Duration = Duration::from_millis(50);

/// How long a probe may take before it counts as lost.
pub const PROBE_WAIT: Duration = Duration::from_secs(10);

/// Probes under way at one time: ten seconds of a stall at 300 requests a second.
pub const PROBES_MAX: usize = 3_000;

/// Lost requests that are named one by one; all are counted.
pub const LOST_SHOWN_MAX: usize = 20;

/// Wait before a process that ended by itself a second time is started again; each later one
/// doubles. Kubernetes' value; the first time it is at once.
pub const BACK_OFF_FIRST: Duration = Duration::from_secs(10);

/// Longest wait before a process is started again: Kubernetes' value.
pub const BACK_OFF_MAX: Duration = Duration::from_mins(5);

/// A process that ran for this long has recovered: its next back-off is the first again.
pub const BACK_OFF_RESET: Duration = Duration::from_mins(10);

/// Bytes of output after which a container's log goes on in a new file: a kubelet's
/// `containerLogMaxSize`.
pub const LOG_BYTES_MAX: u64 = 10 << 20;

/// Log files of one container, the present one among them: a kubelet's `containerLogMaxFiles`.
pub const LOG_FILES_MAX: u32 = 5;

/// Time between two looks for the record that a shim writes when its process runs.
pub const SHIM_LOOK: Duration = Duration::from_millis(10);

/// Time between two looks at a process whose end the kernel does not tell.
pub const PROCESS_LOOK: Duration = Duration::from_millis(200);

/// Pods of one workload on one machine.
pub const REPLICAS_MAX: u32 = 50;

/// Attempts at finding a port that nobody has.
pub const PORT_TRIES: usize = 32;

/// How long a connection to AWS may take.
pub const AWS_CONNECT_WAIT: Duration = Duration::from_secs(5);

/// How long an answer of AWS may take, whole: a page of 1,000 roles with policies takes some seconds.
pub const AWS_ANSWER_WAIT: Duration = Duration::from_secs(30);

/// Bytes of one answer of AWS: 1,000 roles with their policies are some 10 MB.
pub const AWS_ANSWER_BYTES_MAX: usize = 64 << 20;

/// Attempts of one call of AWS that met no throttling: with growing waits some 15 s.
pub const AWS_TRIES_MAX: u32 = 5;

/// Attempts of one call of AWS whose host has no address.
pub const AWS_LOOKUPS_MAX: u32 = 3;

/// First wait before a call of AWS is repeated, at most; each later one may be twice as long.
pub const AWS_BACK_OFF_FIRST: Duration = Duration::from_millis(500);

/// Longest wait before a call of AWS is repeated: AWS refills its buckets within seconds.
pub const AWS_BACK_OFF_MAX: Duration = Duration::from_secs(20);

/// How long one call of AWS is repeated while it is throttled.
pub const AWS_THROTTLED_MAX: Duration = Duration::from_mins(3);

/// Requests in the account of a traced client; older ones are forgotten.
pub const AWS_TRACE_MAX: usize = 10_000;

/// Connections to the store: one writes at a time, and charts are read beside it.
pub const STORE_CONNECTIONS_MAX: u32 = 4;

/// How long a statement waits for another one's end, or for a connection.
pub const STORE_WAIT: Duration = Duration::from_secs(10);
