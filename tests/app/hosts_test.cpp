// SPDX-License-Identifier: MIT
#include "app_support.hpp"

#include <pottle/pottle.hpp>
#include <pottle/testing.hpp>

#include <doctest/doctest.h>

using namespace pottle;

namespace {

TestResponse ask(TestClient& client, std::string host, std::string target = "/") {
    TestRequest request;
    request.host = std::move(host);
    request.target = std::move(target);
    return client.open(std::move(request));
}

}  // namespace

TEST_CASE("hosts: host_matching selects routes by the whole host (RT-40)") {
    App app("test", {.host_matching = true});
    app.get("/", [] { return "quart"; }, host("quart.com"), endpoint("a"));
    app.get(
        "/", [](Request& r) { return std::string(r.view_arg("user").value_or("?")); },
        host("<user>.example.org"), endpoint("user"));
    app.get("/any", [] { return "any"; });
    app.get("/ask", [](Request& r) { return r.url_for("user", {{"user", "bob"}}); });
    TestClient client(std::move(app));
    CHECK(ask(client, "quart.com").text() == "quart");
    CHECK(ask(client, "QUART.com:80").text() == "quart");
    CHECK(ask(client, "quart.com:8000").status == 404);
    CHECK(ask(client, "ann.example.org").text() == "ann");
    CHECK(ask(client, "other.org").status == 404);
    CHECK(ask(client, "other.org", "/any").text() == "any");
    CHECK(ask(client, "quart.com", "/any").text() == "any");
    CHECK(ask(client, "quart.com", "/ask").text() == "http://bob.example.org/");
}

TEST_CASE("hosts: a static host comes before one with parameters") {
    App app("test", {.host_matching = true});
    app.get("/", [] { return "any"; }, host("<x>.org"), endpoint("any"));
    app.get("/", [] { return "www"; }, host("www.org"), endpoint("www"));
    app.get("/only", [] { return "only"; }, host("<x>.org"), endpoint("only"));
    TestClient client(std::move(app));
    CHECK(ask(client, "www.org").text() == "www");
    CHECK(ask(client, "ftp.org").text() == "any");
    CHECK(ask(client, "www.org", "/only").text() == "only");
}

TEST_CASE("hosts: SERVER_NAME leaves the subdomain; other hosts are 404 and logged once (RT-41)") {
    const LogCapture log;
    App app("test");
    app.config().set("SERVER_NAME", "Example.org");
    app.get("/", [] { return "main"; });
    app.get("/", [] { return "api"; }, subdomain("api"), endpoint("api"));
    app.get(
        "/", [](Request& r) { return std::string(*r.view_arg("user")); }, subdomain("<user>.at"),
        endpoint("user"));
    TestClient client(std::move(app));
    CHECK(ask(client, "example.org").text() == "main");
    CHECK(ask(client, "example.org:80").text() == "main");
    CHECK(ask(client, "example.org:81").status == 404);
    CHECK(ask(client, "API.example.org").text() == "api");
    CHECK(ask(client, "bob.at.example.org").text() == "bob");
    CHECK(ask(client, "other.example.org").status == 404);
    CHECK(ask(client, "evil.org").status == 404);
    CHECK(ask(client, "evilexample.org").status == 404);
    CHECK(log.lines.size() == 1);
    CHECK(log.contains("was answered 404: SERVER_NAME is example.org"));
}

TEST_CASE("hosts: a request without Host is for SERVER_NAME itself (RT-43)") {
    App app("test");
    app.config().set("SERVER_NAME", "example.org");
    app.get("/", [] { return "main"; });
    TestClient client(std::move(app));
    CHECK(ask(client, "").text() == "main");
}

TEST_CASE("hosts: subdomains of nested blueprints join, child first (RT-42, BP-4)") {
    App app("test");
    app.config().set("SERVER_NAME", "example.org");
    Blueprint parent("parent", {.subdomain = "parent"});
    Blueprint child("child", {.subdomain = "child"});
    child.get("/", [](Request& r) { return r.url_for(".index"); }, endpoint("index"));
    parent.get("/", [](Request& r) { return r.url_for("parent.child.index"); });
    parent.register_blueprint(std::move(child));
    app.register_blueprint(std::move(parent));
    TestClient client(std::move(app));
    CHECK(ask(client, "child.parent.example.org").text() == "/");
    CHECK(ask(client, "parent.example.org").text() == "http://child.parent.example.org/");
    CHECK(ask(client, "child.example.org").status == 404);
}

TEST_CASE("hosts: redirects for slashes stay on the host that was asked (RT-24)") {
    App app("test");
    app.config().set("SERVER_NAME", "example.org");
    app.get("/x/", [] { return "x"; }, subdomain("api"));
    TestClient client(std::move(app));
    CHECK(ask(client, "api.example.org", "/x").header("location") == "http://api.example.org/x/");
}

TEST_CASE("hosts: mistakes of set-up are named with their line (RT-40, RT-41)") {
    const auto mistake = [](App app) { return sentence_of<ConfigError>([&] { app.gateway(); }); };
    App no_name("test");
    no_name.get("/", [] {}, subdomain("api"));
    CHECK(mistake(std::move(no_name)).ends_with("a subdomain needs the setting SERVER_NAME"));
    App no_matching("test");
    no_matching.get("/", [] {}, host("api.org"));
    CHECK(mistake(std::move(no_matching)).ends_with("needs an App with {.host_matching = true}"));
    App both("test", {.host_matching = true});
    both.get("/", [] {}, subdomain("api"));
    CHECK(mistake(std::move(both)).find("hosts_test.cpp:") != std::string::npos);
}
