// SPDX-License-Identifier: MIT
//! may_minihttp has no router; a match on the path stands in for one.
use std::io::{self, Read};

use bench_peers::{address, Message, ROUTES};
use may_minihttp::{HttpServer, HttpService, Request, Response};

#[derive(Clone)]
struct Service;

fn resource_id(path: &str) -> Option<i64> {
    let (resource, id) = path.strip_prefix("/api/res")?.split_once('/')?;
    let number: usize = resource.parse().ok()?;
    if number < ROUTES { id.parse().ok() } else { None }
}

impl HttpService for Service {
    fn call(&mut self, request: Request, response: &mut Response) -> io::Result<()> {
        match request.path() {
            "/plaintext" => {
                response.header("Content-Type: text/plain").body("Hello, World!");
            }
            "/json" => {
                response.header("Content-Type: application/json");
                serde_json::to_writer(ResponseWriter(response), &Message { message: "Hello, World!" })?;
            }
            "/echo" => {
                let mut body = Vec::new();
                request.body().read_to_end(&mut body)?;
                response.header("Content-Type: application/octet-stream").body_vec(body);
            }
            path => match resource_id(path) {
                Some(id) => {
                    response.header("Content-Type: text/plain").body_vec(id.to_string().into_bytes());
                }
                None => {
                    response.status_code(404, "Not Found");
                }
            },
        }
        Ok(())
    }
}

struct ResponseWriter<'a, 'b>(&'a mut Response<'b>);

impl io::Write for ResponseWriter<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.body_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn main() {
    may::config().set_workers(1);
    HttpServer(Service).start(address()).unwrap().join().unwrap();
}
