// SPDX-License-Identifier: MIT
#include <pottle/async/sleep.hpp>
#include <pottle/gateway/server_stats.hpp>
#include <pottle/middleware/dispatcher.hpp>
#include <pottle/middleware/https_redirect.hpp>
#include <pottle/middleware/proxy_fix.hpp>
#include <pottle/middleware/trusted_hosts.hpp>
#include <pottle/pottle.hpp>
#include <pottle/testing.hpp>

#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace pottle;
using middleware::ProxyFix;
using middleware::ProxyFixOptions;

namespace {

/// Adds its name behind every answer.
class Signature final : public middleware::Middleware {
public:
    Signature(gateway::Gateway& inner, std::string name)
        : Middleware(inner), name_(std::move(name)) {}
    gateway::Outcome start(gateway::Exchange& exchange) override {
        gateway::Outcome outcome = inner().start(exchange);
        exchange.response().headers.add("x-by", name_);
        return outcome;
    }

private:
    std::string name_;
};

App make_app(std::string name = "test") {
    App app(name);
    app.get("/", [name](Request& r) {
        return name + ":" + r.root_path() + ":" + std::string(r.path());
    });
    app.get(
        "/who",
        [](Request& r) { return r.remote_addr() + " " + r.url_for("who", {}, {.external = true}); },
        endpoint("who"));
    app.get("/x/", [] { return "x"; });
    return app;
}

TestResponse ask(TestClient& client, Headers headers, std::string target = "/who",
                 std::string peer = "10.0.0.1:5000") {
    TestRequest request;
    request.target = std::move(target);
    request.client_address = std::move(peer);
    request.add(std::move(headers));
    return client.open(std::move(request));
}

}  // namespace

TEST_CASE(
    "middleware: the last wrapped is the outermost, and tests go through it (MW-1, APP-16, "
    "TST-6)") {
    App app = make_app();
    app.wrap<Signature>(std::string("inner"));
    app.wrap<Signature>(std::string("outer"));
    TestClient client(std::move(app));
    const TestResponse response = client.get("/");
    const auto all = response.headers.get_all("x-by");
    REQUIRE(all.size() == 2);
    CHECK(all[0] == "inner");
    CHECK(all[1] == "outer");
}

TEST_CASE("middleware: one that answers keeps the application's hooks out (MW-1)") {
    App app = make_app();
    int hooks = 0;
    app.before_request([&hooks] { ++hooks; });
    app.wrap<middleware::HttpsRedirect>(std::string("example.org"));
    TestClient client(std::move(app));
    CHECK(client.get("/a%20b?q=1").status == 307);
    CHECK(client.get("/a%20b?q=1").header("location") == "https://example.org/a%20b?q=1");
    CHECK(hooks == 0);
    TestRequest secure;
    secure.scheme = "https";
    CHECK(client.open(secure).status == 200);
    CHECK(hooks == 1);
}

TEST_CASE("HttpsRedirect: keeps the host without its port (MW-2)") {
    App app = make_app();
    app.wrap<middleware::HttpsRedirect>();
    TestClient client(std::move(app), {.host = "example.org:8000"});
    CHECK(client.get("/").header("location") == "https://example.org/");
    TestRequest v6;
    v6.host = "[::1]:80";
    CHECK(client.open(v6).header("location") == "https://[::1]/");
}

TEST_CASE("match_prefix: ends at a segment's end and decodes (MW-2)") {
    using middleware::match_prefix;
    CHECK(match_prefix("/api", "/api") == 4);
    CHECK(match_prefix("/api/x", "/api") == 4);
    CHECK(match_prefix("/apix", "/api") == 0);
    CHECK(match_prefix("/ap", "/api") == 0);
    CHECK(match_prefix("/%61pi/x", "/api") == 6);
    CHECK(match_prefix("/%6", "/api") == 0);
}

TEST_CASE("App: mount() serves another application below the longest prefix (MW-2, RT-44)") {
    App app = make_app("root");
    app.mount("/api", make_app("api"));
    app.mount("/api/v2", make_app("v2"));
    TestClient client(std::move(app));
    CHECK(client.get("/").text() == "root::/");
    CHECK(client.get("/api/").text() == "api:/api:/");
    CHECK(client.get("/api/v2/").text() == "v2:/api/v2:/");
    CHECK(client.get("/apix/").status == 404);
    CHECK(client.get("/api/who").text() == "127.0.0.1 http://localhost/api/who");
    CHECK(client.get("/api/x").header("location") == "http://localhost/api/x/");
    CHECK(client.get("/api").header("location") == "http://localhost/api/");
    CHECK(client.get("/api/missing").text().size() == 207);
}

TEST_CASE("App: mounted applications start and end with the one that mounts them (MW-1)") {
    std::vector<std::string> trace;
    const auto make = [&trace](std::string name) {
        App app(name);
        app.before_serving([&trace, name] { trace.push_back("start " + name); });
        app.after_serving([&trace, name] { trace.push_back("end " + name); });
        return app;
    };
    {
        App app = make("root");
        app.mount("/one", make("one"));
        TestClient client(std::move(app));
    }
    CHECK(trace == std::vector<std::string>{"start root", "start one", "end one", "end root"});
}

TEST_CASE("App: when one of the mounted applications cannot start, the others end (MW-1, LC-2)") {
    std::vector<std::string> trace;
    App app("root");
    app.before_serving([&trace] { trace.push_back("start root"); });
    app.after_serving([&trace] { trace.push_back("end root"); });
    App broken("broken");
    broken.before_serving([] { throw std::runtime_error("no disk"); });
    app.mount("/broken", std::move(broken));
    CHECK_THROWS_WITH_AS(TestClient(std::move(app)), "no disk", std::runtime_error);
    CHECK(trace == std::vector<std::string>{"start root", "end root"});
}

TEST_CASE("App: the ServerStats of a mounted application are those of the one that serves") {
    App inner("inner");
    inner.get("/", [](ServerStats& stats, BackgroundTasks& background) {
        background.add([]() -> Task<> { co_await sleep(1s); });
        const ServerCounters counters = stats.read();
        return std::to_string(counters.requests_total) + " " +
               std::to_string(counters.background_tasks);
    });
    App middle("middle");
    middle.mount("/inner", std::move(inner));
    App outer("outer");
    outer.mount("/middle", std::move(middle));
    TestClient client(std::move(outer));
    client.app().extension<ServerStats>().slot(0).requests_total.add(7);
    CHECK(client.get("/middle/inner/").text() == "7 1");
}

TEST_CASE("TrustedHosts: other hosts are refused, whatever their case and port") {
    using middleware::is_trusted_host;
    const std::vector<std::string> trusted{"example.org", ".example.net"};
    CHECK(is_trusted_host("Example.org:8000", trusted));
    CHECK_FALSE(is_trusted_host("www.example.org", trusted));
    CHECK(is_trusted_host("example.net", trusted));
    CHECK(is_trusted_host("a.b.example.NET", trusted));
    CHECK_FALSE(is_trusted_host("evilexample.net", trusted));
    CHECK_FALSE(is_trusted_host("", trusted));
    CHECK(is_trusted_host("[::1]:80", {"[::1]"}));
}

TEST_CASE("TRUSTED_HOSTS: is enforced: another Host is 400") {
    App app = make_app();
    app.config().set("TRUSTED_HOSTS", JsonValue::array({"localhost"}));
    TestClient client(std::move(app));
    CHECK(client.get("/").status == 200);
    TestRequest other;
    other.host = "evil.org";
    CHECK(client.open(other).status == 400);
}

TEST_CASE("ProxyFix: one hop from the right is the client (MW-2, U-11)") {
    App app = make_app();
    app.wrap<ProxyFix>();
    TestClient client(std::move(app));
    CHECK(ask(client, {}).text() == "10.0.0.1 http://localhost/who");
    CHECK(ask(client, {{"X-Forwarded-For", "6.6.6.6, 1.2.3.4"}}).text() ==
          "1.2.3.4 http://localhost/who");
    CHECK(
        ask(client, {{"X-Forwarded-For", "6.6.6.6"}, {"X-Forwarded-For", "1.2.3.4:567"}}).text() ==
        "1.2.3.4 http://localhost/who");
    CHECK(ask(client, {{"X-Forwarded-For", "[2001:db8::1]:1"}, {"X-Forwarded-Proto", "https"}})
              .text() == "2001:db8::1 https://localhost/who");
}

TEST_CASE("ProxyFix: a host is believed only where it is asked for: proxies pass on the client's") {
    for (const bool believes : {false, true}) {
        App app = make_app();
        if (believes)
            app.wrap<ProxyFix>(ProxyFixOptions{.host = true});
        else
            app.wrap<ProxyFix>();
        TestClient client(std::move(app));
        CHECK(ask(client, {{"X-Forwarded-For", "1.2.3.4"}, {"X-Forwarded-Host", "shop.org"}})
                  .text() ==
              (believes ? "1.2.3.4 http://shop.org/who" : "1.2.3.4 http://localhost/who"));
    }
}

TEST_CASE("ProxyFix: two hops need two values; fewer are not believed (U-11)") {
    App app = make_app();
    app.wrap<ProxyFix>(ProxyFixOptions{.hops = 2});
    TestClient client(std::move(app));
    CHECK(ask(client, {{"X-Forwarded-For", "1.2.3.4"}}).text() == "10.0.0.1 http://localhost/who");
    CHECK(ask(client, {{"X-Forwarded-For", "6.6.6.6, 1.2.3.4, 10.0.0.2"}}).text() ==
          "1.2.3.4 http://localhost/who");
}

TEST_CASE("ProxyFix: trusted networks are walked from the right; strangers are not believed") {
    App app = make_app();
    app.wrap<ProxyFix>(ProxyFixOptions{.trusted_networks = {"10.0.0.0/8", "2001:db8::/32"}});
    TestClient client(std::move(app));
    const Headers said{{"X-Forwarded-For", "6.6.6.6, 1.2.3.4, 2001:db8::5, 10.9.9.9"}};
    CHECK(ask(client, said).text() == "1.2.3.4 http://localhost/who");
    CHECK(ask(client, said, "/who", "11.0.0.1:1").text() == "11.0.0.1 http://localhost/who");
    CHECK_THROWS_AS(ProxyFix(client.app().gateway(), {.trusted_networks = {"10.0.0.0/33"}}),
                    LogicError);
    CHECK_THROWS_AS(ProxyFix(client.app().gateway(), {.trusted_networks = {"nonsense"}}),
                    LogicError);
}

TEST_CASE("ProxyFix: a prefix goes before every URL when it is asked for") {
    App app = make_app();
    app.get("/urls", [](Request& r) { return r.url() + " " + r.base_url() + " " + r.root_url(); });
    app.wrap<ProxyFix>(ProxyFixOptions{.prefix = true});
    TestClient client(std::move(app));
    CHECK(ask(client, {{"X-Forwarded-Prefix", "/shop/"}}).text() ==
          "10.0.0.1 http://localhost/shop/who");
    CHECK(ask(client, {{"X-Forwarded-Prefix", "/shop"}}, "/urls?a").text() ==
          "http://localhost/shop/urls?a http://localhost/shop/urls http://localhost/shop/");
    CHECK(ask(client, {{"X-Forwarded-Prefix", "//evil.org"}}).text() ==
          "10.0.0.1 http://localhost/who");
}

TEST_CASE("ProxyFix: what cannot be a host or an address is not believed") {
    App app = make_app();
    app.wrap<ProxyFix>(ProxyFixOptions{.host = true});
    TestClient client(std::move(app));
    CHECK(ask(client, {{"X-Forwarded-Host", "evil.org/path"}}).text() ==
          "10.0.0.1 http://localhost/who");
    CHECK(ask(client, {{"X-Forwarded-Proto", "javascript"}}).text() ==
          "10.0.0.1 http://localhost/who");
    CHECK(ask(client, {{"X-Forwarded-For", ""}}).text() == "10.0.0.1 http://localhost/who");
}

TEST_CASE("ProxyFix: reads Forwarded, quoted and obfuscated (RFC 7239 4, 6)") {
    App app = make_app();
    app.wrap<ProxyFix>(ProxyFixOptions{.fields = ProxyFixOptions::Fields::Forwarded, .host = true});
    TestClient client(std::move(app));
    const auto who = [&](std::string value) {
        return std::string(ask(client, {{"Forwarded", std::move(value)}}).text());
    };
    CHECK(who("for=6.6.6.6, for=1.2.3.4;proto=https;host=shop.org") ==
          "1.2.3.4 https://shop.org/who");
    CHECK(who("For=\"[2001:db8:cafe::17]:4711\"") == "2001:db8:cafe::17 http://localhost/who");
    CHECK(who("for=_hidden") == "_hidden http://localhost/who");
    CHECK(who("for=unknown") == "10.0.0.1 http://localhost/who");
    CHECK(who(";;=,,\"") == "10.0.0.1 http://localhost/who");
}

TEST_CASE("parse_forwarded: takes elements and pairs apart (RFC 7239 4)") {
    const auto elements =
        middleware::parse_forwarded("for=192.0.2.60;proto=http;by=203.0.113.43, For=\"a\\\"b\"");
    REQUIRE(elements.size() == 2);
    CHECK(elements[0].size() == 3);
    CHECK(elements[0][1] == std::pair<std::string, std::string>("proto", "http"));
    CHECK(elements[1][0] == std::pair<std::string, std::string>("for", "a\"b"));
    CHECK(middleware::parse_forwarded("nonsense").front().empty());
}
