//! Where a service is, and the region that signatures name.

use std::collections::BTreeMap;

use aws_config::SdkConfig;
use aws_types::service_config::ServiceConfigKey;
use hyper::Uri;
use model::Reason;
use model::code::aws as code;
use model::ports::Fault;

use super::operations::{Service, services};

/// Who says where a service is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// AWS: the host of the service in the region.
    ByAws,
    /// The caller, for all services ([`super::Settings::endpoint_url`]).
    ByCaller,
    /// The environment or the profile: `AWS_ENDPOINT_URL`, `AWS_ENDPOINT_URL_<SERVICE>`,
    /// `endpoint_url`.
    BySettings,
}

/// The endpoints that take the place of those of AWS.
#[derive(Debug, Default)]
pub(super) struct Endpoints {
    /// For all services.
    given: Option<String>,
    /// By the service's name.
    settings: BTreeMap<&'static str, String>,
}

impl Endpoints {
    /// One that the caller gives, which counts for all services.
    pub(super) fn given(url: &str) -> Result<Self, Fault> {
        Ok(Self { given: Some(given(url, None)?), settings: BTreeMap::new() })
    }

    /// Those that the environment and the profile name, unless they also say to ignore them
    /// (`AWS_IGNORE_CONFIGURED_ENDPOINT_URLS`). One of a single service wins over one for all, and
    /// the environment over the profile, as the AWS CLI has it.
    pub(super) fn of_settings(found: &SdkConfig) -> Result<Self, Fault> {
        let mut settings = BTreeMap::new();
        for service in services() {
            let key = ServiceConfigKey::builder()
                .service_id(service.id)
                .env("AWS_ENDPOINT_URL")
                .profile("endpoint_url")
                .build();
            let url = key.ok().and_then(|key| found.service_config()?.load_config(key));
            if let Some(url) = url.filter(|url| !url.is_empty()) {
                settings.insert(service.name, given(&url, Some(service))?);
            }
        }
        Ok(Self { given: None, settings })
    }

    /// Who says where `service` is.
    pub(super) fn named(&self, service: &Service) -> Named {
        match (&self.given, self.settings.get(service.name)) {
            (Some(_), _) => Named::ByCaller,
            (None, Some(_)) => Named::BySettings,
            (None, None) => Named::ByAws,
        }
    }

    /// Where `service` is for `region`.
    pub(super) fn of(&self, service: &Service, region: &str) -> Endpoint {
        let own = self.given.as_ref().or_else(|| self.settings.get(service.name));
        of(service, region, own.map(String::as_str))
    }
}

/// Where requests of one service go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Endpoint {
    /// Scheme, host and port, without a slash at the end.
    pub(super) url: String,
    /// The region of the signature.
    pub(super) region: String,
}

/// A part of AWS with accounts of its own.
struct Partition {
    /// How its regions begin.
    prefix: &'static str,
    suffix: &'static str,
    /// Host and signing region of the services without a region.
    iam: (&'static str, &'static str),
    route53: (&'static str, &'static str),
}

/// As botocore 1.44.5 has it in `partitions.json` and the rules of both services. The first that
/// fits; no endpoints of FIPS or IPv6, which `--endpoint-url` can name.
const PARTITIONS: &[Partition] = &[
    Partition {
        prefix: "cn-",
        suffix: "amazonaws.com.cn",
        iam: ("iam.cn-north-1.amazonaws.com.cn", "cn-north-1"),
        route53: ("route53.amazonaws.com.cn", "cn-northwest-1"),
    },
    Partition {
        prefix: "us-gov-",
        suffix: "amazonaws.com",
        iam: ("iam.us-gov.amazonaws.com", "us-gov-west-1"),
        route53: ("route53.us-gov.amazonaws.com", "us-gov-west-1"),
    },
    Partition {
        prefix: "us-isob-",
        suffix: "sc2s.sgov.gov",
        iam: ("iam.us-isob-east-1.sc2s.sgov.gov", "us-isob-east-1"),
        route53: ("route53.sc2s.sgov.gov", "us-isob-east-1"),
    },
    Partition {
        prefix: "us-iso-",
        suffix: "c2s.ic.gov",
        iam: ("iam.us-iso-east-1.c2s.ic.gov", "us-iso-east-1"),
        route53: ("route53.c2s.ic.gov", "us-iso-east-1"),
    },
    Partition {
        prefix: "eu-isoe-",
        suffix: "cloud.adc-e.uk",
        iam: ("iam.eu-isoe-west-1.cloud.adc-e.uk", "eu-isoe-west-1"),
        route53: ("route53.cloud.adc-e.uk", "eu-isoe-west-1"),
    },
    Partition {
        prefix: "us-isof-",
        suffix: "csp.hci.ic.gov",
        iam: ("iam.us-isof-south-1.csp.hci.ic.gov", "us-isof-south-1"),
        route53: ("route53.csp.hci.ic.gov", "us-isof-south-1"),
    },
    Partition {
        prefix: "eusc-",
        suffix: "amazonaws.eu",
        iam: ("iam.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1"),
        route53: ("route53.amazonaws.eu", "eusc-de-east-1"),
    },
    Partition {
        prefix: "",
        suffix: "amazonaws.com",
        iam: ("iam.amazonaws.com", "us-east-1"),
        route53: ("route53.amazonaws.com", "us-east-1"),
    },
];

/// Where `service` is for `region`; `given` takes the place of its host.
fn of(service: &Service, region: &str, given: Option<&str>) -> Endpoint {
    let partition = PARTITIONS.iter().find(|partition| region.starts_with(partition.prefix));
    let global = partition.and_then(|partition| match service.name {
        "iam" => Some(partition.iam),
        "route53" => Some(partition.route53),
        _ => None,
    });
    let suffix = partition.map_or("amazonaws.com", |partition| partition.suffix);
    let (host, region) = match global {
        Some((host, region)) => (host.to_owned(), region),
        None => (format!("{}.{region}.{suffix}", service.host), region),
    };
    let url = given.map_or_else(|| format!("https://{host}"), str::to_owned);
    Endpoint { url, region: region.to_owned() }
}

/// A region that may be written into a host name.
pub(super) fn region(name: &str) -> Result<&str, Fault> {
    let plain =
        |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'-';
    if !name.is_empty() && name.len() <= 40 && name.bytes().all(plain) && !name.starts_with('-') {
        return Ok(name);
    }
    Err(Fault::never(Reason::new(&code::BAD_REGION).with("region", name)))
}

/// The endpoint that a person gave, without a slash at the end; `of` is the service that settings
/// name it for.
fn given(url: &str, of: Option<&Service>) -> Result<String, Fault> {
    let bad = |cause: &str| {
        let of = of.map(|service| {
            format!(" (AWS_ENDPOINT_URL or endpoint_url of the profile, for {})", service.name)
        });
        let cause = format!("{cause}{}", of.unwrap_or_default());
        Fault::never(Reason::new(&code::BAD_ENDPOINT).with("url", struck(url)).with("cause", cause))
    };
    let parsed: Uri = url.parse().map_err(|_| bad("it is no URL"))?;
    let authority = parsed.authority().ok_or_else(|| bad("it has no host"))?;
    if !matches!(parsed.scheme_str(), Some("http" | "https")) {
        return Err(bad("its scheme is neither http nor https"));
    }
    if authority.as_str().contains('@') {
        return Err(bad("it holds a user name"));
    }
    if !matches!(parsed.path(), "" | "/") || parsed.query().is_some() {
        return Err(bad("it has a path"));
    }
    Ok(format!("{}://{authority}", parsed.scheme_str().unwrap_or("https")))
}

/// A URL without what may be a password in it.
fn struck(url: &str) -> String {
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://…@{host}"),
        _ => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::operations;
    use super::*;
    use model::ports::Call;
    use serde_json::json;

    fn at(operation: &str, region: &str) -> (String, String) {
        let (service, _) = operations::find(&Call::new(operation, json!({}))).unwrap();
        let endpoint = of(service, region, None);
        (endpoint.url, endpoint.region)
    }

    #[test]
    fn hosts_are_those_of_the_endpoint_rules() {
        let cases = [
            (
                "ecs:ListClusters",
                "ap-northeast-2",
                "https://ecs.ap-northeast-2.amazonaws.com",
                "ap-northeast-2",
            ),
            (
                "ecr:DescribeImages",
                "eu-west-1",
                "https://api.ecr.eu-west-1.amazonaws.com",
                "eu-west-1",
            ),
            (
                "cloudwatch:ListMetrics",
                "eu-west-1",
                "https://monitoring.eu-west-1.amazonaws.com",
                "eu-west-1",
            ),
            (
                "tag:GetResources",
                "eu-west-1",
                "https://tagging.eu-west-1.amazonaws.com",
                "eu-west-1",
            ),
            (
                "sts:GetCallerIdentity",
                "eu-west-1",
                "https://sts.eu-west-1.amazonaws.com",
                "eu-west-1",
            ),
            ("iam:GetRole", "eu-west-1", "https://iam.amazonaws.com", "us-east-1"),
            ("route53:GetChange", "eu-west-1", "https://route53.amazonaws.com", "us-east-1"),
            (
                "ecs:ListClusters",
                "cn-north-1",
                "https://ecs.cn-north-1.amazonaws.com.cn",
                "cn-north-1",
            ),
            (
                "iam:GetRole",
                "cn-northwest-1",
                "https://iam.cn-north-1.amazonaws.com.cn",
                "cn-north-1",
            ),
            (
                "route53:GetChange",
                "cn-north-1",
                "https://route53.amazonaws.com.cn",
                "cn-northwest-1",
            ),
            ("iam:GetRole", "us-gov-east-1", "https://iam.us-gov.amazonaws.com", "us-gov-west-1"),
            (
                "ec2:DescribeVpcs",
                "us-isob-east-1",
                "https://ec2.us-isob-east-1.sc2s.sgov.gov",
                "us-isob-east-1",
            ),
        ];
        for (operation, region, url, signed) in cases {
            assert_eq!(at(operation, region), (url.to_owned(), signed.to_owned()), "{operation}");
        }
    }

    #[test]
    fn a_region_that_would_change_the_host_is_refused() {
        assert!(region("ap-northeast-2").is_ok());
        for bad in ["", "evil.example/", "a@b", "AP-1", "-a", "한국"] {
            assert!(region(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_endpoint_is_a_scheme_and_a_host() {
        assert_eq!(given("http://127.0.0.1:5000/", None).unwrap(), "http://127.0.0.1:5000");
        for bad in ["127.0.0.1:5000", "ftp://a", "http://a/b", "http://a?x=1", "", "http://"] {
            assert!(given(bad, None).is_err(), "{bad}");
        }
        let refused = given("http://user:geheim@host", None).unwrap_err().to_string();
        assert!(!refused.contains("geheim"), "{refused}");
    }
}
