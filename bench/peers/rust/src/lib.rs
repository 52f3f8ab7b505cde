// SPDX-License-Identifier: MIT
//! What the three programs share: their command line and the JSON message.

use serde::Serialize;

pub const ROUTES: usize = 100;

#[derive(Serialize)]
pub struct Message {
    pub message: &'static str,
}

/// The value behind `--name`.
pub fn option(name: &str) -> String {
    let mut arguments = std::env::args().skip_while(|argument| argument != name);
    arguments.next();
    arguments.next().unwrap_or_else(|| panic!("{name} is missing"))
}

pub fn address() -> String {
    format!("127.0.0.1:{}", option("--port"))
}
