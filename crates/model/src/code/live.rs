//! Codes of `live` (area L).

use super::{ErrorKind, Kind, codes};

codes! {
    /// A file or folder could not be read or written.
    FILE = "SG-L001", Kind::Error(ErrorKind::World),
        "cannot {doing} {path}: {cause}",
        next: "look at the folder and its permissions: ls -la {folder}",
        help: "The operating system refused to read, write or delete a file. Nothing else of the \
               same change was written unless the message says so. Mend the permissions, the disk \
               or the path, then run the same command again: it starts from what is on disk.";
    /// A path that would leave its tree.
    OUTSIDE = "SG-L002", Kind::Error(ErrorKind::Config),
        "{path} leads out of {root}: {cause}",
        next: "replace the link by a copy of what it points to: ls -la {folder}",
        help: "Segue reads and writes only inside the folder that it was given. A symbolic link \
               that points outside, an absolute path or `..` would let a tree reach other files of \
               this machine, so such a path is refused before anything is changed.";
    /// A file name that is not text.
    NAME = "SG-L003", Kind::Error(ErrorKind::Config),
        "the name of {path} is not valid UTF-8",
        next: "rename the file in {folder}, or move it out of the tree",
        help: "Paths end up in manifests, plans and reports, all of which are UTF-8 text. A name \
               in another encoding cannot be written there without changing it.";
    /// A tree that is too large or too deep to be what was meant.
    TOO_MUCH = "SG-L004", Kind::Error(ErrorKind::Config),
        "{path} holds more than {limit}",
        next: "name the folder that holds only the files in question, not one above it",
        help: "A bound on what is read from a folder, so that a wrong argument (a home folder, a \
               link that leads in a circle) ends in a sentence rather than in a full memory.";
    /// Nothing can be served at an address.
    LISTEN = "SG-L010", Kind::Error(ErrorKind::World),
        "cannot listen on {address}: {cause}",
        next: "leave out the port and a free one is taken, or see who has it: ss -ltnp",
        help: "Another program uses the port, or the address is not one of this machine.";
    /// An order of an engine that has a successor.
    EPOCH = "SG-L011", Kind::Held,
        "rule {rule}: an order of epoch {given} came after one of epoch {present} and is refused",
        next: "end the older engine; the newer one goes on",
        help: "Each start of an engine takes the next epoch and writes it into every order. One \
               that was thought dead and acts again would undo what its successor did, so its \
               orders are refused.";
    /// A record of an older engine.
    FENCED = "SG-L023", Kind::Held,
        "{subject}: an engine of epoch {given} wrote after one of epoch {present} took over, and is refused",
        next: "nothing to do; the newer engine goes on, this one ends",
        help: "Each start of an engine takes the next epoch of what it works on. One that slept, or \
               lost its network, and wakes up late cannot write to the journal any more, and does \
               nothing that is not in the journal.";
    /// A rule, group or workload that is not here.
    UNKNOWN = "SG-L012", Kind::Error(ErrorKind::Config),
        "there is no {kind} {name}",
        next: "compare the name with the manifests",
        help: "A plan names something that this world does not have.";
    /// No room for one more.
    FULL = "SG-L013", Kind::Error(ErrorKind::World),
        "{what} holds {limit} already",
        next: "take away what is not needed, then run the same command again",
        help: "Every list has a bound, so that a fault elsewhere cannot fill this machine.";
    /// An order to a balancer that another process takes over.
    HANDED_OVER = "SG-L014", Kind::Held,
        "another process takes this balancer over, and obeys from then on",
        next: "nothing to do; the order is given again",
        help: "While a balancer is replaced by another process of its own, the one that goes obeys \
               nothing any more, so that no order is lost between the two. The successor answers \
               at the same socket within a second.";
    /// The admin socket of a balancer does not answer as it should.
    ADMIN = "SG-L015", Kind::Error(ErrorKind::World),
        "the balancer at {address}: {cause}",
        next: "see who listens there: ss -xlp src {address}; start it if nobody does: segue balance \
               --config FILE --admin {address}",
        help: "A balancer that runs by itself is asked over a Unix socket. Nobody listens there, it \
               took too long, or what listens there is something else. Its weights stay as they \
               are meanwhile.";
    /// A request to an admin socket that makes no sense.
    ADMIN_REQUEST = "SG-L016", Kind::Error(ErrorKind::Usage),
        "the balancer was asked what it does not understand: {cause}",
        next: "see the paths of the admin socket in docs/reference/balancer.md",
        help: "The path, the method or the body of a request to the admin socket is not one that \
               this version knows. Two versions of segue may talk to each other.";
    /// A balancer answers at an admin socket already.
    ADMIN_TAKEN = "SG-L017", Kind::Error(ErrorKind::World),
        "another balancer answers at {path}",
        next: "replace it without losing a request: add --take-over",
        help: "Two balancers cannot have one admin socket. With `--take-over` the new one gets the \
               listening sockets, the weights and what is known of the targets from the one that \
               runs, which then lets its clients go and ends.";
    /// Another process holds a journal.
    TAKEN = "SG-L020", Kind::Error(ErrorKind::World),
        "{path} is held by another process",
        next: "end the other segue, or name another state folder",
        help: "One engine writes a journal at a time; two would move the same traffic. The lock \
               goes with the process that holds it, so nothing has to be cleaned up by hand.";
    /// A journal holds what is not a record.
    JOURNAL = "SG-L021", Kind::Error(ErrorKind::World),
        "line {line} of the journal {path} is not a record: {cause}",
        next: "keep a copy of {path}, look at that line, and take it off only if you know what it was",
        help: "A journal is only ever added to, and a line cut short by a crash is the last one. A \
               broken line further up means that something else has written to the file. Nothing \
               is guessed from such a journal.";
    /// A line that a crash cut short was taken off.
    CUT = "SG-L022", Kind::Because,
        "the last {bytes} bytes of {path} were cut short by a crash and are taken off",
        next: "nothing to do; a record counts only when its line is whole and on the disk",
        help: "The process ended while it was writing. The effect that the record announces had \
               not begun, so the world stands as the records before it say.";
    /// A manifest cannot be run on this machine.
    MANIFEST = "SG-L030", Kind::Error(ErrorKind::Config),
        "workload {workload} cannot run on this machine: {cause}",
        next: "mend apps/{workload}/overlays/local, which says what runs here instead of the image",
        help: "There are no images on this machine. The local overlay names the command to run in \
               the annotation segue.dev/command and brings what the cluster would have had.";
    /// An immutable workload runs already, otherwise than the manifest says now.
    CHANGED = "SG-L031", Kind::Held,
        "workload {workload} has begun already, and the manifest now says something else",
        next: "give the job another name, or take it away first",
        help: "The pods of a Job are not changed once it has begun, here as in Kubernetes. What runs \
               goes on from the manifest that it was started from.";
    /// A process could not be started.
    PROCESS = "SG-L032", Kind::Error(ErrorKind::World),
        "cannot {doing} {what}: {cause}",
        next: "see whether the program is there and may be run by you",
        help: "The operating system refused to start a process.";
    /// An image that nothing runs.
    NO_ENGINE = "SG-L034", Kind::Held,
        "{workload}: container {container} does not run here: {cause}",
        next: "say what runs instead of {image}: annotation {annotation}: '[\"PROGRAM\", \"ARGUMENT\"]' in the pod template of overlays/local",
        help: "An image is run by podman or docker if one of them answers. Otherwise an annotation of \
               the pod template names a program of this machine, as a JSON list of words: \
               segue.dev/command for the container that serves (the first with a port), \
               segue.dev/command.NAME for any other. A pod whose serving container cannot run is \
               held; another container is left out of its pod and named here.";
    /// A probe or hook that cannot be asked here.
    NO_PROBE = "SG-L035", Kind::Held,
        "{workload}: its {probe} is asked {how}, which is not done on this machine",
        next: "patch the {probe} in overlays/local to httpGet (HTTP), tcpSocket or exec",
        help: "A pod whose probe is not asked would count as ready, or as alive, without anybody \
               having looked. It is held instead.";
    /// A volume that this machine does not have.
    NO_VOLUME = "SG-L036", Kind::Held,
        "{workload}: volume {volume} is of kind {kind}, which is not there on this machine",
        next: "patch the volume in overlays/local to an emptyDir, configMap or secret",
        help: "emptyDir, configMap, secret, downwardAPI and projected volumes are folders of the \
               pod. A claim, a disk or a file system of the cluster is not replaced by an empty \
               folder: a service that finds its data gone may do harm.";
    /// A workload does not come up.
    STUCK = "SG-L037", Kind::Held,
        "{workload}: {ready} of {wanted} copies are ready: {cause}",
        next: "read what its processes said, in the logs folder of the state folder",
        help: "Copies of the revision before stay until new ones answer, as far as the Deployment's \
               maxUnavailable asks for it. A process that falls is started again after a wait that \
               doubles up to five minutes.";
    /// A kind that the local world does not play.
    NOT_PLAYED = "SG-L038", Kind::Held,
        "{kind} {name} is not played on this machine: {cause}",
        next: "nothing to do; a cluster honours it",
        help: "The local world plays Deployments, Jobs, CronJobs, ConfigMaps, Secrets, Services, \
               Ingresses and TargetGroupBindings. Everything else of the manifests is named, so \
               that nobody takes it for done.";
    /// A manifest of the local world that cannot be understood.
    BAD_OBJECT = "SG-L039", Kind::Held,
        "{kind} {name} cannot be played: {cause}",
        next: "mend the manifest; the rest goes on as it is",
        help: "One manifest that is wrong holds itself and what hangs on it. Whatever ran before \
               goes on as it was.";
    /// The service's manifests cannot be played.
    MANIFESTS = "SG-L040", Kind::Error(ErrorKind::Config),
        "the manifests of {service} cannot be played on this machine: {cause}",
        next: "look at apps/{service}/overlays, or write the plan anew: segue migrate plan",
        help: "The demo renders apps/<service>/overlays/local, which stands on one of the generated \
               overlays. It needs a Deployment there, with a container that has a port.";
    /// The configuration repository has become empty under a world that runs from it.
    NO_FILES = "SG-L043", Kind::Error(ErrorKind::Config),
        "{folder} holds no file any more; what runs from it goes on",
        next: "see whether it is mounted and checked out: ls {folder}",
        help: "Nobody who runs services means to end them all by an empty folder: a disk that is \
               not mounted and a checkout that is under way look the same. As soon as files are \
               there again they are played. To end everything: `segue serve --stop-fleets` and \
               an interrupt.";
    /// A fleet did not come up.
    NOT_UP = "SG-L041", Kind::Error(ErrorKind::World),
        "the {side} fleet is not ready after {waited} s: {ready} of {wanted} targets answer",
        next: "read what the processes said: {logs}",
        help: "Requests are only moved between fleets that answer their health checks. Nothing was \
               moved, and what was started has been stopped.";
    /// The demo waited for something that did not come.
    DEMO_STUCK = "SG-L042", Kind::Error(ErrorKind::World),
        "the demo waited {seconds} s for {what}, and it did not come: {seen}",
        next: "look at the output of both fleets: ls {logs}; then start again: segue demo",
        help: "The demo plays a person who starts a shift, brings a bad release in and mends it. What \
               the shift does meanwhile it does by itself, and the demo never does it in its place. \
               Where that takes too long, on a machine that has too much else to do for example, \
               the demo ends and takes both fleets with it.";
    /// A rule of a balancer cannot be obeyed.
    RULE = "SG-L050", Kind::Error(ErrorKind::Config),
        "rule {rule} of the balancer cannot be obeyed: {cause}",
        next: "mend the rule in the file of the balancer",
        help: "Rules have the conditions, the actions and the limits of an Application Load Balancer's. \
               The whole configuration is looked at before any of it is taken over, so nothing has \
               changed.";
    /// The file of a balancer cannot be used.
    BAD_BALANCER = "SG-L051", Kind::Error(ErrorKind::Config),
        "{place} cannot be used: {cause}",
        next: "segue balance schema",
        help: "A file of kind Balancer is read strictly, and wholly before anything listens: an \
               unknown field, a name without its target group or a rule beyond the limits of an \
               Application Load Balancer would otherwise show as lost requests.";
    /// A new file of a balancer that runs is not taken over.
    NOT_TAKEN_OVER = "SG-L052", Kind::Held,
        "{file} is not taken over, and the balancer goes on as before: {cause}",
        next: "mend the file and look at it: segue balance --config {file} --check",
        help: "A change of the file is taken over as a whole or not at all. Listeners, rules and \
               target groups are those of the last file that could be used. The next change of the \
               file is looked at again.";
    /// A certificate of a balancer cannot be used.
    CERTIFICATE = "SG-L060", Kind::Error(ErrorKind::Config),
        "{path} cannot be used for TLS: {cause}",
        next: "look at it: openssl x509 -in {path} -noout -subject -dates, and who may read it: ls -la {folder}",
        help: "Certificates and their keys are read from PEM files, and only taken over together: a \
               key that is not its certificate's would end every connection. A balancer that runs \
               goes on with the certificates that it had, and looks at the files again when they \
               change.";
}
