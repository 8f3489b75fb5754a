//! Services and traffic.

use crate::said::Want::{self, Anywhere, At, Estate, Finding, Made, Ruled};

pub(crate) const TABLE: &[(&str, &[Want])] = &[
    ("code-deploy", &[At("SG-M105", "CODE_DEPLOY lets ECS itself move the traffic of payments")]),
    ("code-deploy-pair", &[At("SG-M268", "writes the listener of payments")]),
    ("blue-green", &[At("SG-M105", "lets ECS itself move the traffic of product-catalog")]),
    (
        "connect-server",
        &[At("SG-M143", "product-catalog exist only inside ECS tasks"), At("SG-M107", "")],
    ),
    ("connect-client", &[At("SG-M143", "gateway exist only inside ECS tasks")]),
    (
        "cloud-map",
        &[Finding("SG-M237", "callers on ECS find recommendation"), Finding("SG-M141", "SRV")],
    ),
    ("spot", &[At("SG-M239", "is only preferred"), Anywhere("SG-M240", "is not guaranteed")]),
    ("spread-binpack", &[Ruled("/placementStrategy/0/type", "topologySpreadConstraints")]),
    ("no-surge", &[Made("maxSurge: 0")]),
    ("odd-surge", &[Made("maxSurge: 1"), Made("maxUnavailable: 1")]),
    ("deployment-alarm", &[At("SG-M160", "alarms rolled back by itself")]),
    ("idle-service", &[Made("kind: CronJob")]),
    ("sticky", &[Finding("SG-M109", "sessions of live-chat are sticky")]),
    ("websocket", &[Made("http-header")]),
    ("host-redirect", &[Ruled("/Type", "")]),
    ("method", &[Ruled("/HttpRequestMethodConfig/Values/0", "")]),
    ("source-ip", &[Made("source-ip")]),
    // It leads to a group that no service owns, so it stays on the old load balancer.
    ("query", &[Ruled("/QueryStringConfig/Values/0/Value", "ingress.kubernetes.io/conditions")]),
    ("path-regex", &[Made("regexValues")]),
    ("weights", &[Finding("SG-M273", "gateway")]),
    ("weight-zero", &[Finding("SG-M105", "product-catalog")]),
    ("cognito", &[Made("auth-type: cognito")]),
    ("method-only-post", &[Made("http-request-method")]),
    ("matcher-499", &[Finding("SG-M185", "499")]),
    ("matcher-401", &[Finding("SG-M185", "401")]),
    ("no-drain", &[Finding("SG-M274", "webhook-relay")]),
    ("https-target", &[Made("\"Protocol\": \"HTTPS\""), Made("scheme: HTTPS")]),
    ("host-weights", &[At("SG-M269", "has weighted records already")]),
    (
        "database-admits-groups",
        &[At("SG-M265", "product-catalog name the security group of its tasks")],
    ),
    ("few-addresses", &[Estate("SG-M267", "the subnet prod-private-a has 36 free addresses")]),
    ("source-arn", &[At("SG-M263", "aws:SourceArn"), Finding("SG-M128", "must trust the cluster")]),
    ("runs-tasks", &[At("SG-M264", "ecs:RunTask")]),
];
