// SPDX-License-Identifier: MIT
use bench_peers::{address, Message, ROUTES};
use ntex::util::Bytes;
use ntex::web::{self, types::Path, App, HttpResponse, HttpServer};

async fn plaintext() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("Hello, World!")
}

async fn json() -> HttpResponse {
    HttpResponse::Ok().json(&Message { message: "Hello, World!" })
}

async fn echo(body: Bytes) -> HttpResponse {
    HttpResponse::Ok().content_type("application/octet-stream").body(body)
}

async fn resource(id: Path<i64>) -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body(id.into_inner().to_string())
}

#[ntex::main]
async fn main() -> std::io::Result<()> {
    HttpServer::new(|| {
        let mut app = App::new()
            .route("/plaintext", web::get().to(plaintext))
            .route("/json", web::get().to(json))
            .route("/echo", web::post().to(echo));
        for i in 0..ROUTES {
            app = app.route(&format!("/api/res{i}/{{id}}"), web::get().to(resource));
        }
        app
    })
    .workers(1)
    .keep_alive(600)
    .bind(address())?
    .run()
    .await
}
