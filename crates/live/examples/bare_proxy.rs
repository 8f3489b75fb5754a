//! The least proxy that hyper and its pooled client make: what our balancer is measured against.
//! `bare_proxy LISTEN ORIGIN ORIGIN`; 80 of 100 requests go to the first. Run by
//! `cargo xtask bench-balancers`; no rules, no health, no header of its own.
#![expect(clippy::unwrap_used, reason = "a program for measurements")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Uri, server};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpListener;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [listen, first, second] = &arguments[..] else {
        println!("bare_proxy LISTEN ORIGIN ORIGIN");
        return;
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(serve(listen, [first.clone(), second.clone()]));
}

async fn serve(listen: &str, origins: [String; 2]) {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    let client: Client<_, Incoming> = Client::builder(TokioExecutor::new()).build(connector);
    let (turn, origins) = (Arc::new(AtomicU64::new(0)), Arc::new(origins));
    let listener = TcpListener::bind(listen).await.unwrap();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (client, turn, origins) = (client.clone(), Arc::clone(&turn), Arc::clone(&origins));
        let service = service_fn(move |mut request: Request<Incoming>| {
            let side = usize::from(turn.fetch_add(1, Ordering::Relaxed) % 5 == 4);
            let path = request.uri().path_and_query().unwrap().clone();
            let uri = Uri::builder().scheme("http").authority(origins[side].as_str());
            *request.uri_mut() = uri.path_and_query(path).build().unwrap();
            client.request(request)
        });
        tokio::spawn(async move {
            let _ = server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}
