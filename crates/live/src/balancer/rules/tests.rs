//! Cases from AWS's description of rule conditions, and laws that hold for any rule.

use hyper::Request;
use proptest::prelude::*;

use super::*;

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

/// Whether `when` holds for `GET URL` from 127.0.0.1 with `headers`.
fn holds(when: &When, url: &str, headers: &[(&str, &str)]) -> bool {
    asked("GET", url, headers, "127.0.0.1", |asked| Conditions::new(when).unwrap().hold(asked))
}

fn asked<T>(
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    source: &str,
    look: impl Fn(&Asked<'_>) -> T,
) -> T {
    let (host, path) = url.split_at(url.find('/').unwrap());
    let mut request = Request::builder().method(method).uri(path).header(HOST, host);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let (head, ()) = request.body(()).unwrap().into_parts();
    look(&Asked::of(&head, source.parse().unwrap()))
}

#[test]
fn hosts_fit_without_case_and_port() {
    for (pattern, host, fits) in [
        ("example.com", "example.com", true),
        ("example.com", "EXAMPLE.com:8080", true),
        ("Example.com", "example.com", true),
        ("*.example.com", "test.example.com", true),
        ("*.example.com", "a.b.example.com", true),
        ("*.example.com", "example.com", false),
        ("test.example.co?", "test.example.com", true),
        ("test.example.co?", "test.example.co", false),
        ("example.com", "example.com.evil.test", false),
        ("localhost", "localhost:1", true),
    ] {
        let when = When { hosts: strings(&[pattern]), ..When::default() };
        assert_eq!(holds(&when, &format!("{host}/"), &[]), fits, "{pattern} {host}");
    }
}

#[test]
fn paths_fit_with_case_and_without_the_query() {
    for (pattern, path, fits) in [
        ("/img/*", "/img/a/b.png", true),
        ("/img/*", "/img/", true),
        ("/img/*", "/img", false),
        ("/img/*", "/IMG/a", false),
        ("/img/*/pics", "/img/cats/pics", true),
        ("/img/*/pics", "/img/cats/pictures", false),
        ("/v?/x", "/v1/x", true),
        ("/v?/x", "/v10/x", false),
        ("/a", "/a?b=c", true),
        ("*.jpg", "/deep/one.jpg", true),
        ("/caf%C3%A9", "/caf%C3%A9", true),
        ("*", "/anything", true),
    ] {
        let when = When { paths: strings(&[pattern]), ..When::default() };
        assert_eq!(holds(&when, &format!("a.test{path}"), &[]), fits, "{pattern} {path}");
    }
}

#[test]
fn header_fields_are_searched_until_one_fits() {
    let header =
        |name: &str, values: &[&str]| HeaderHas { name: name.to_owned(), values: strings(values) };
    let agent =
        When { headers: vec![header("User-Agent", &["*Chrome*", "*Safari*"])], ..When::default() };
    assert!(holds(&agent, "a/", &[("user-agent", "like chrome/99")]));
    assert!(!holds(&agent, "a/", &[("user-agent", "curl")]));
    assert!(!holds(&agent, "a/", &[]));
    assert!(holds(&agent, "a/", &[("user-agent", "curl"), ("USER-AGENT", "SAFARI")]));
    // All texts are required by one condition each.
    let both = [header("x-a", &["*one*"]), header("x-a", &["*two*"])];
    let both = When { headers: both.to_vec(), ..When::default() };
    assert!(holds(&both, "a/", &[("x-a", "one two")]));
    assert!(!holds(&both, "a/", &[("x-a", "one")]));
}

#[test]
fn query_strings_fit_by_pair_or_by_value_with_any_key() {
    let pair = |key: Option<&str>, value: &str| QueryPair {
        key: key.map(str::to_owned),
        value: value.to_owned(),
    };
    let values = vec![pair(Some("version"), "v1"), pair(None, "*example*")];
    let when = When { query: vec![QueryHas { values }], ..When::default() };
    for (query, fits) in [
        ("?version=v1", true),
        ("?VERSION=V1", true),
        ("?version=v11", false),
        ("?a=b&name=an-example-too", true),
        ("?example=1", false),
        ("?", false),
        ("", false),
    ] {
        assert_eq!(holds(&when, &format!("a/{query}"), &[]), fits, "{query}");
    }
    let literal = QueryHas { values: vec![pair(Some("q"), r"\*")] };
    let literal = When { query: vec![literal], ..When::default() };
    assert!(holds(&literal, "a/?q=*", &[]));
    assert!(!holds(&literal, "a/?q=x", &[]));
}

#[test]
fn methods_and_addresses_fit_as_they_are() {
    let when = When {
        methods: strings(&["POST", "CUSTOM-METHOD"]),
        sources: strings(&["10.0.0.0/8", "2001:db8::/32"]),
        ..When::default()
    };
    let conditions = Conditions::new(&when).unwrap();
    for (method, source, fits) in [
        ("POST", "10.1.1.1", true),
        ("CUSTOM-METHOD", "2001:db8::7", true),
        ("GET", "10.1.1.1", false),
        ("POST", "11.1.1.1", false),
    ] {
        // The address is that of the connection, whatever a header says.
        let forged = [("x-forwarded-for", "10.0.0.1")];
        let fit = asked(method, "a/", &forged, source, |asked| conditions.hold(asked));
        assert_eq!(fit, fits, "{method} {source}");
    }
}

#[test]
fn what_an_alb_refuses_is_refused_in_words() {
    let header = |name: &str, value: &str| {
        vec![HeaderHas { name: name.to_owned(), values: strings(&[value]) }]
    };
    let long = "a".repeat(129);
    let some = |change: fn(&mut When, Vec<String>), values: &[&str]| {
        let mut when = When::default();
        change(&mut when, strings(values));
        when
    };
    for (when, words) in [
        (When::default(), "at least one condition"),
        (some(|when, to| when.hosts = to, &["a_b"]), "cannot be in a host"),
        (some(|when, to| when.hosts = to, &[""]), "is empty"),
        (some(|when, to| when.hosts = to, &[&long]), "longer than 128"),
        (some(|when, to| when.paths = to, &["img/*"]), "begins with /"),
        (some(|when, to| when.paths = to, &["/é"]), "visible ASCII"),
        (
            some(|when, to| when.paths = to, &["/1", "/2", "/3", "/4", "/5", "/6"]),
            "at most 5 values",
        ),
        (some(|when, to| when.paths = to, &["/*/*/*", "/*/*/*"]), "at most 5 wildcards"),
        (some(|when, to| when.methods = to, &["get"]), "capital letters"),
        (some(|when, to| when.sources = to, &["10.0.0.1"]), "no range"),
        (When { headers: header("Host", "a"), ..When::default() }, "of its own"),
        (When { headers: header("a b", "a"), ..When::default() }, "no name"),
        (When { query: vec![QueryHas { values: vec![] }], ..When::default() }, "no values"),
    ] {
        let said = when.check().unwrap_err();
        assert!(said.contains(words), "{words}: {said}");
    }
}

fn when() -> impl Strategy<Value = When> {
    let texts = |pattern: &'static str| prop::collection::vec(pattern, 0..2);
    (texts("[ab.*]{1,3}"), texts("/[ab*]{0,2}"), texts("GET|PUT"), texts("10\\.0\\.0\\.0/8"))
        .prop_map(|(hosts, paths, methods, sources)| When {
            hosts,
            paths,
            methods,
            sources,
            ..When::default()
        })
        .prop_filter("a rule", |when| when.check().is_ok())
}

proptest! {
    /// A further value of a kind lets no fewer requests in; a further kind no more.
    #[test]
    fn values_widen_and_kinds_narrow(
        when in when(),
        host in "[ab.]{1,3}",
        path in "/[ab]{0,2}",
        put: bool,
        inside: bool,
    ) {
        let method = if put { "PUT" } else { "GET" };
        let source = if inside { "10.9.9.9" } else { "192.0.2.1" };
        let url = format!("{host}{path}");
        let fits = |when: &When| when.check().ok().map(|()| {
            asked(method, &url, &[], source, |asked| Conditions::new(when).unwrap().hold(asked))
        });
        let mut wider = when.clone();
        if !wider.paths.is_empty() {
            wider.paths.push("/other".to_owned());
        }
        prop_assert!(fits(&when) <= fits(&wider).or(Some(true)));
        let mut narrower = when.clone();
        if narrower.hosts.is_empty() {
            narrower.hosts.push("a.b".to_owned());
        }
        if let Some(narrow) = fits(&narrower) {
            prop_assert!(Some(narrow) <= fits(&when));
        }
    }
}
