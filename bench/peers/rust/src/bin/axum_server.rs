// SPDX-License-Identifier: MIT
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::header::CONTENT_TYPE;
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use axum::{Json, Router};
use bench_peers::{address, option, Message, ROUTES};
use tower_http::services::ServeFile;

async fn resource(Path(id): Path<i64>) -> String {
    id.to_string()
}

fn router() -> Router {
    let mut router = Router::new()
        .route("/plaintext", get(|| async { "Hello, World!" }))
        .route("/json", get(|| async { Json(Message { message: "Hello, World!" }) }))
        .route("/echo", post(|body: Bytes| async { ([(CONTENT_TYPE, "application/octet-stream")], body) }))
        .route_service("/file.bin", ServeFile::new(format!("{}/file.bin", option("--www"))));
    for i in 0..ROUTES {
        router = router.route(&format!("/api/res{i}/{{id}}"), get(resource));
    }
    router
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(address()).await.unwrap();
        let listener = listener.tap_io(|socket| socket.set_nodelay(true).unwrap());
        axum::serve(listener, router()).await.unwrap();
    });
}
