// SPDX-License-Identifier: MIT
#include <pottle/http/headers.hpp>
#include <pottle/http/status.hpp>

#include <iostream>

int main() {
    pottle::Headers headers{{"Content-Type", "text/plain"}};
    std::cout << pottle::http::status_phrase(200) << ' ' << headers.at("content-type") << '\n';
}
