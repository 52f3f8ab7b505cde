// SPDX-License-Identifier: MIT
#include "access_log.hpp"

#include <doctest/doctest.h>

using namespace pottle;
using server::AccessFormat;

namespace {
std::string line(std::string_view format, std::string_view user_agent = "curl/8") {
    const http::Field fields[] = {{"Host", "a"}, {"User-Agent", user_agent}};
    const gateway::ConnectionFacts facts{nullptr, "https", "192.0.2.7:1234"};
    gateway::RequestHead head;
    head.assign({.method = Method::Get,
                 .version = HttpVersion::Http11,
                 .method_text = "GET",
                 .target = "/p?q=1",
                 .path = "/p",
                 .query = "q=1",
                 .authority = "a",
                 .fields = fields},
                facts);
    Headers response{{"X-Id", "7"}};
    std::string out;
    AccessFormat::compile(format)->append(out, {.head = head,
                                                .response_headers = response,
                                                .status = 200,
                                                .body_bytes = 5,
                                                .duration = Microseconds(1'250'000),
                                                .route = "/p"});
    return out;
}
}  // namespace

TEST_CASE("access log: every atom has its value and a missing one is a dash") {
    CHECK(line("%(h)s %(l)s %(u)s") == "192.0.2.7:1234 - -\n");
    CHECK(line(R"("%(r)s" %(s)s %(b)s)") == "\"GET /p?q=1 HTTP/1.1\" 200 5\n");
    CHECK(line("%(m)s %(U)s %(q)s %(Uq)s %(H)s %(S)s %(st)s") ==
          "GET /p q=1 /p?q=1 1.1 https OK\n");
    CHECK(line("%(T)s %(D)s %(L)s") == "1 1250000 1.250000\n");
    CHECK(line(R"(%(f)s %(a)s %({user-agent}i)s %({x-id}o)s %({NO_SUCH_VARIABLE}e)s)") ==
          "- curl/8 curl/8 7 -\n");
    CHECK(line("%(rt)s %(tls)s 100%%") == "/p - 100%\n");
}

TEST_CASE("access log: the peer's text cannot forge lines or fields") {
    CHECK(line(R"("%(a)s")", "a\"b\\c\x01") == "\"a\\x22b\\x5Cc\\x01\"\n");
}

TEST_CASE("access log: a wrong format is named with its place") {
    CHECK(AccessFormat::compile("%(nope)s").error() ==
          "access log format: there is no atom %(nope)s");
    CHECK(AccessFormat::compile("ab %h").error().find("position 3") != std::string::npos);
    CHECK(AccessFormat::compile("%({x}z)s").error().find("must end in i") != std::string::npos);
}
