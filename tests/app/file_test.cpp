// SPDX-License-Identifier: MIT
#include <pottle/async/virtual_executor.hpp>
#include <pottle/http/date.hpp>
#include <pottle/http/multipart.hpp>
#include <pottle/pottle.hpp>
#include <pottle/testing.hpp>

#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace pottle;

namespace {

/// A folder with files that goes away with everything in it.
class Folder {
public:
    Folder() { REQUIRE(::mkdtemp(path_.data()) != nullptr); }
    ~Folder() {
        for (auto name = names_.rbegin(); name != names_.rend(); ++name)
            if (::unlink(at(*name).c_str()) != 0) ::rmdir(at(*name).c_str());
        ::rmdir(path_.c_str());
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    const std::string& path() const { return path_; }
    std::string at(const std::string& name) const { return path_ + "/" + name; }
    /// Each content gets a modification time of its own.
    std::string write(const std::string& name, std::string_view text) {
        const int file = ::open(at(name).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        REQUIRE(file >= 0);
        REQUIRE(::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
        const timespec times[2] = {{time_, 0}, {time_, 0}};
        ++time_;
        REQUIRE(::futimens(file, times) == 0);
        ::close(file);
        names_.push_back(name);
        return at(name);
    }
    void link(const std::string& to, const std::string& name) {
        REQUIRE(::symlink(to.c_str(), at(name).c_str()) == 0);
        names_.push_back(name);
    }
    void make_folder(const std::string& name) {
        REQUIRE(::mkdir(at(name).c_str(), 0700) == 0);
        names_.push_back(name);
    }

private:
    std::string path_ = "/tmp/pottle-file-test-XXXXXX";
    std::vector<std::string> names_;
    std::time_t time_ = 784111777;
};

constexpr std::int64_t kNow = 1'700'000'000;
constexpr std::string_view kText = "Hello, World!";  // 13 bytes, as in the measurements

App app_with(File file) {
    App app("test");
    app.get("/", [file = std::move(file)] { return file; });
    return app;
}

}  // namespace

TEST_CASE("send_file: describes the file (FILE-1, FILE-2, FILE-3, RESP-38)") {
    Folder folder;
    TestClient client(app_with(send_file(folder.write("a b.txt", kText))));
    client.executor().set_unix_now(kNow);
    const TestResponse sent = client.get("/");
    CHECK(sent.text() == kText);
    CHECK(sent.header("content-type") == "text/plain; charset=utf-8");
    CHECK(sent.header("content-length") == "13");
    CHECK(sent.header("last-modified") == "Sun, 06 Nov 1994 08:49:37 GMT");
    CHECK(sent.header("cache-control") == "public, max-age=43200");
    CHECK(sent.header("expires") == "Wed, 15 Nov 2023 10:13:20 GMT");  // by the loop's clock
    CHECK(http::parse_entity_tag(sent.header("etag")));
    CHECK(sent.header("accept-ranges") == "bytes");
    CHECK_FALSE(sent.headers.contains("content-disposition"));
    CHECK(client.get("/").header("etag") == sent.header("etag"));
}

TEST_CASE("send_file: as an attachment, under any name (FILE-4)") {
    Folder folder;
    const std::string path = folder.write("data", kText);
    TestClient own(app_with(send_file(path, {.as_attachment = true})));
    CHECK(own.get("/").header("content-disposition") == "attachment; filename=data");
    CHECK(own.get("/").header("content-type") == "application/octet-stream");
    TestClient other(
        app_with(send_file(path, {.as_attachment = true, .download_name = "caf\xc3\xa9.csv"})));
    CHECK(other.get("/").header("content-disposition") ==
          "attachment; filename=cafe.csv; filename*=UTF-8''caf%C3%A9.csv");
    CHECK(other.get("/").header("content-type") == "text/csv; charset=utf-8");
}

TEST_CASE("send_file: the options replace what the file says (FILE-3)") {
    Folder folder;
    TestClient client(app_with(send_file(folder.write("x", kText), {.mimetype = "image/png",
                                                                    .etag = false,
                                                                    .conditional = false,
                                                                    .max_age = Seconds(0),
                                                                    .last_modified = 0})));
    const TestResponse sent = client.get("/", Headers{{"Range", "bytes=0-3"}});
    CHECK(sent.status == 200);
    CHECK(sent.header("content-type") == "image/png");
    CHECK_FALSE(sent.headers.contains("etag"));
    CHECK(sent.header("cache-control") == "public, max-age=0");
    CHECK(sent.header("last-modified") == "Thu, 01 Jan 1970 00:00:00 GMT");

    App app = app_with(send_file(folder.at("x")));
    app.config().set("SEND_FILE_MAX_AGE_DEFAULT", nullptr);
    TestClient ageless(std::move(app));
    CHECK(ageless.get("/").header("cache-control") == "public");
    CHECK_FALSE(ageless.get("/").headers.contains("expires"));
}

TEST_CASE("send_file: octets need a type or a name, and have no date (FILE-2, FILE-3)") {
    App app("test");
    app.get("/", [] { return send_file(Bytes(std::string(kText)), {.download_name = "x.json"}); });
    app.get("/nameless", [] { return send_file(Bytes(std::string(kText)), {}); });
    app.get("/aged", [] {
        return send_file(Bytes(std::string(kText)), {.mimetype = "x/y", .max_age = Seconds(60)});
    });
    TestClient client(std::move(app));
    client.executor().set_unix_now(kNow);
    const TestResponse sent = client.get("/", Headers{{"Range", "bytes=7-11"}});
    CHECK(sent.status == 206);
    CHECK(sent.text() == "World");
    CHECK(sent.header("content-type") == "application/json");
    CHECK(sent.header("content-disposition") == "inline; filename=x.json");
    CHECK_FALSE(sent.headers.contains("last-modified"));
    CHECK_FALSE(sent.headers.contains("expires"));
    CHECK(client.get("/nameless").status == 500);
    CHECK(client.get("/aged").header("cache-control") == "public, max-age=60");
    CHECK(client.get("/aged").header("expires") == "Tue, 14 Nov 2023 22:14:20 GMT");
}

TEST_CASE("conditional: If-None-Match and If-Modified-Since make 304 (RESP-31, RESP-32)") {
    Folder folder;
    TestClient client(app_with(send_file(folder.write("x.txt", kText))));
    const std::string etag(client.get("/").header("etag"));
    for (const std::string& tags : {etag, "\"other\", W/" + etag, std::string("*")}) {
        const TestResponse sent = client.get("/", Headers{{"If-None-Match", tags}});
        CHECK(sent.status == 304);
        CHECK(sent.body.empty());
        CHECK(sent.header("etag") == etag);
        CHECK(sent.headers.contains("last-modified"));
        CHECK(sent.headers.contains("cache-control"));
        CHECK_FALSE(sent.headers.contains("content-length"));
    }
    CHECK(client.get("/", Headers{{"If-None-Match", "\"other\""}}).status == 200);
    const std::string date = "Sun, 06 Nov 1994 08:49:37 GMT";
    CHECK(client.get("/", Headers{{"If-Modified-Since", date}}).status == 304);
    CHECK(client.get("/", Headers{{"If-Modified-Since", "Sun, 06 Nov 1994 08:49:36 GMT"}}).status ==
          200);
    CHECK(
        client.get("/", Headers{{"If-None-Match", "\"o\""}, {"If-Modified-Since", date}}).status ==
        200);
    CHECK(client.head("/", Headers{{"If-None-Match", etag}}).status == 304);
}

TEST_CASE("conditional: a precondition that fails is 412 with its own page (RESP-32)") {
    Folder folder;
    TestClient client(app_with(send_file(folder.write("x.txt", kText))));
    const std::string etag(client.get("/").header("etag"));
    CHECK(client.get("/", Headers{{"If-Match", etag}}).status == 200);
    for (const Headers& fields :
         {Headers{{"If-Match", "\"other\""}}, Headers{{"If-Match", "W/" + etag}},
          Headers{{"If-Unmodified-Since", "Sun, 06 Nov 1994 08:49:36 GMT"}}}) {
        const TestResponse sent = client.get("/", fields);
        CHECK(sent.status == 412);
        CHECK_FALSE(sent.text().contains(kText));
    }
}

TEST_CASE("ranges: one part (RESP-33, RESP-34, U-16)") {
    Folder folder;
    TestClient client(app_with(send_file(folder.write("x.txt", kText))));
    const auto part = [&](std::string range) {
        const TestResponse sent = client.get("/", Headers{{"Range", std::move(range)}});
        CHECK(sent.status == 206);
        CHECK(sent.header("accept-ranges") == "bytes");
        CHECK(sent.header("content-length") == std::to_string(sent.body.size()));
        return std::string(sent.header("content-range")) + "|" + sent.body;
    };
    CHECK(part("bytes=0-3") == "bytes 0-3/13|Hell");
    CHECK(part("bytes=5-") == "bytes 5-12/13|, World!");
    CHECK(part("bytes=10-999") == "bytes 10-12/13|ld!");
    CHECK(part("bytes=-3") == "bytes 10-12/13|ld!");
    CHECK(part("bytes=-99") == "bytes 0-12/13|Hello, World!");
    CHECK(part("bytes=0-1") == "bytes 0-1/13|He");  // what Safari asks first
}

TEST_CASE("ranges: what cannot be satisfied is 416 with the size (RESP-35)") {
    Folder folder;
    TestClient client(app_with(send_file(folder.write("x.txt", kText))));
    for (const std::string range : {"bytes=13-", "bytes=99-100", "bytes=-0"}) {
        const TestResponse sent = client.get("/", Headers{{"Range", range}});
        CHECK(sent.status == 416);
        CHECK(sent.header("content-range") == "bytes */13");
    }
    // Malformed, or of a unit that is not known: ignored (RFC 9110 14.2).
    for (const std::string range : {"bytes=x", "bytes=3-1", "lines=0-3", "bytes"})
        CHECK(client.get("/", Headers{{"Range", range}}).status == 200);
    const TestResponse head = client.head("/", Headers{{"Range", "bytes=0-3"}});
    CHECK(head.status == 200);
    CHECK(head.header("content-length") == "13");
}

TEST_CASE("ranges: several parts are multipart/byteranges (RESP-35)") {
    Folder folder;
    const std::string path = folder.write("x.txt", kText);
    App app = app_with(send_file(path));
    app.get("/memory",
            [] { return send_file(Bytes(std::string(kText)), {.mimetype = "text/plain"}); });
    TestClient client(std::move(app));
    for (const std::string target : {"/", "/memory"}) {
        const TestResponse sent = client.get(target, Headers{{"Range", "bytes=0-3, -6"}});
        REQUIRE(sent.status == 206);
        const std::string type(sent.header("content-type"));
        const auto boundary = http::multipart_boundary(type);
        REQUIRE(boundary);
        CHECK(type.starts_with("multipart/byteranges;"));
        CHECK(sent.header("content-length") == std::to_string(sent.body.size()));
        CHECK_FALSE(sent.headers.contains("content-range"));
        const std::string head = "Content-Type: text/plain; charset=utf-8\r\nContent-Range: bytes ";
        CHECK(sent.body == "\r\n--" + *boundary + "\r\n" + head + "0-3/13\r\n\r\nHell\r\n--" +
                               *boundary + "\r\n" + head + "7-12/13\r\n\r\nWorld!\r\n--" +
                               *boundary + "--\r\n");
    }
    // More than the whole: the whole.
    CHECK(client.get("/", Headers{{"Range", "bytes=0-,0-"}}).status == 200);
}

TEST_CASE("ranges: If-Range, and the order of evaluation (RESP-36, RESP-37)") {
    Folder folder;
    TestClient client(app_with(send_file(folder.write("x.txt", kText))));
    const std::string etag(client.get("/").header("etag"));
    const auto status = [&](std::string name, std::string value) {
        return client.get("/", Headers{{"Range", "bytes=0-3"}, {std::move(name), std::move(value)}})
            .status;
    };
    CHECK(status("If-Range", etag) == 206);
    CHECK(status("If-Range", "\"other\"") == 200);
    CHECK(status("If-Range", "Sun, 06 Nov 1994 08:49:37 GMT") == 206);
    CHECK(status("If-Range", "Sun, 06 Nov 1994 08:49:38 GMT") == 200);
    CHECK(status("If-None-Match", etag) == 304);
    CHECK(status("If-Match", "\"other\"") == 412);
}

TEST_CASE("make_conditional: any response with a validator (RESP-30, RESP-31)") {
    App app("test");
    app.get("/", [](Response& response) {
        response.make_conditional();
        Response page("page");
        add_etag(page);
        page.make_conditional();
        return page;
    });
    app.get("/error", [](Response& response) {
        response.make_conditional();
        response.set_etag("a");
        return std::pair("gone", 410);
    });
    TestClient client(std::move(app));
    const std::string etag(client.get("/").header("etag"));
    CHECK(etag == "\"71860c77c6745379b0d44304d66b6a13\"");  // MD5 of the body
    CHECK(client.get("/", Headers{{"If-None-Match", etag}}).status == 304);
    CHECK(client.get("/", Headers{{"Range", "bytes=1-2"}}).text() == "ag");
    // RFC 9110 13.2.1: conditions are for answers that succeed.
    CHECK(client.get("/error", Headers{{"If-None-Match", "*"}}).status == 410);
}

TEST_CASE("static files: are served with their type (FILE-6, APP-5)") {
    Folder folder;
    folder.write("site.css", "body{}");
    folder.make_folder("sub");
    folder.write("sub/a b.js", "1");
    App app("test");
    app.static_folder(folder.path(), {.url_path = "/static"});
    TestClient client(std::move(app));
    CHECK(client.get("/static/site.css").text() == "body{}");
    CHECK(client.get("/static/site.css").header("content-type") == "text/css; charset=utf-8");
    CHECK(client.get("/static/sub/a%20b.js").text() == "1");
    CHECK(client.get("/static/sub/../site.css").text() == "body{}");
    CHECK(client.get("/static/none.css").status == 404);
    CHECK(client.get("/static/sub").status == 404);  // a directory
    CHECK(client.get("/static/sub/").status == 404);
    CHECK(client.get("/static/").status == 404);
    CHECK(client.post("/static/site.css").status == 405);
    CHECK(client.head("/static/site.css").header("content-length") == "6");
}

TEST_CASE("static files: refuse a path that leaves the folder (FILE-5)") {
    Folder outside;
    outside.write("secret", "s");
    Folder folder;
    folder.write("x", "x");
    const std::string name = outside.path().substr(5);  // behind "/tmp/"
    App app("test");
    app.static_folder(folder.path(), {.url_path = "/static"});
    TestClient client(std::move(app));
    for (const std::string& path :
         {"/static/../" + name + "/secret", "/static/%2e%2e/" + name + "/secret",
          "/static/..%2f" + name + "%2fsecret", "/static/..%5c" + name + "%5csecret",
          "/static//" + outside.at("secret"), "/static/%2f" + outside.at("secret"),
          std::string("/static/x%00"), std::string("/static/C:%5cx"), std::string("/static/c:/x"),
          std::string("/static/%2e%2e"), std::string("/static/x/.."), std::string("/static/.")}) {
        CAPTURE(path);
        const TestResponse sent = client.get(path);
        CHECK((sent.status == 404 || sent.status == 308));  // 308: slashes are merged first
        CHECK_FALSE(sent.text() == "s");
    }
}

TEST_CASE("static files: a link that leads out of the folder does not exist (FILE-5)") {
    Folder outside;
    outside.write("secret", "s");
    Folder folder;
    folder.write("x", "x");
    folder.link("x", "inside");
    folder.link(outside.at("secret"), "out");
    folder.link(outside.path(), "dir");
    App app("test");
    app.static_folder(folder.path(), {.url_path = "/static"});
    app.static_folder(
        folder.path(),
        {.url_path = "/free", .files = {.symlinks = Symlinks::Follow}, .endpoint = "free"});
    TestClient client(std::move(app));
    CHECK(client.get("/static/inside").text() == "x");
    CHECK(client.get("/static/out").status == 404);
    CHECK(client.get("/static/dir/secret").status == 404);
    CHECK(client.get("/free/out").text() == "s");
    CHECK(client.get("/free/dir/secret").text() == "s");
}

TEST_CASE("static files: of a blueprint stand under its prefix (BP-10)") {
    Folder folder;
    folder.write("x.txt", "x");
    Blueprint shop("shop", {.url_prefix = "/shop"});
    shop.static_folder(folder.path(), {.url_path = "/static"});
    App app("test");
    app.register_blueprint(std::move(shop));
    const auto routes = app.routes();
    REQUIRE(routes.size() == 1);
    CHECK(routes[0].endpoint == "shop.static");
    TestClient client(std::move(app));
    CHECK(client.get("/shop/static/x.txt").text() == "x");
}

TEST_CASE("static files: an index stands for its folder (FILE-7)") {
    Folder folder;
    folder.write("index.html", "front");
    folder.make_folder("sub");
    folder.write("sub/index.html", "sub");
    App app("test");
    app.static_folder(folder.path(), {.url_path = "/", .index = "index.html"});
    TestClient client(std::move(app));
    CHECK(client.get("/").text() == "front");
    CHECK(client.get("/sub/").text() == "sub");
    CHECK(client.get("/sub").status == 404);
}

TEST_CASE("static files: a compressed sibling for who accepts its coding (FILE-7)") {
    Folder folder;
    folder.write("x.css", "plain");
    folder.write("x.css.br", "brotli");
    folder.write("x.css.gz", "gzip");
    folder.write("y.css", "alone");
    App app("test");
    app.static_folder(folder.path(), {.url_path = "/s", .files = {.precompressed = true}});
    TestClient client(std::move(app));
    const auto ask = [&](std::string codings) {
        return client.get("/s/x.css", Headers{{"Accept-Encoding", std::move(codings)}});
    };
    CHECK(ask("gzip, br").text() == "brotli");
    CHECK(ask("gzip, br").header("content-encoding") == "br");
    CHECK(ask("gzip, br").header("content-type") == "text/css; charset=utf-8");
    CHECK(ask("gzip, br;q=0.5").text() == "gzip");
    CHECK(ask("zstd").text() == "plain");
    CHECK(ask("br;q=0, gzip;q=0").text() == "plain");
    const TestResponse plain = client.get("/s/x.css");
    CHECK(plain.text() == "plain");
    CHECK_FALSE(plain.headers.contains("content-encoding"));
    CHECK(plain.header("vary") == "Accept-Encoding");
    CHECK(plain.header("etag") != ask("br").header("etag"));
    CHECK(client.get("/s/y.css", Headers{{"Accept-Encoding", "br"}}).text() == "alone");
}

TEST_CASE("file cache: what changes, is replaced or deleted is seen at once") {
    Folder folder;
    const std::string path = folder.write("x.txt", "one");
    TestClient client(app_with(send_file(path)));
    CHECK(client.get("/").text() == "one");
    const std::string etag(client.get("/").header("etag"));
    folder.write("x.txt", "changed");
    CHECK(client.get("/").text() == "changed");
    CHECK(client.get("/").header("etag") != etag);
    const std::string other = folder.write("other", "other");
    REQUIRE(::rename(other.c_str(), path.c_str()) == 0);
    CHECK(client.get("/").text() == "other");
    ::unlink(path.c_str());
    CHECK(client.get("/").status == 404);
}

TEST_CASE("file cache: names are looked at again after a second") {
    Folder folder;
    folder.write("a", "a");
    folder.write("b", "b");
    folder.link("a", "x");
    TestClient client(app_with(send_file(folder.at("x"))));
    CHECK(client.get("/").text() == "a");
    ::unlink(folder.at("x").c_str());
    REQUIRE(::symlink("b", folder.at("x").c_str()) == 0);
    client.executor().advance(Seconds(2));
    CHECK(client.get("/").text() == "b");
}

TEST_CASE("files: a handler's error page may be a file, a missing one is 404 in hooks too") {
    Folder folder;
    const std::string page = folder.write("404.html", "not here");
    App app("test");
    app.errorhandler(404, [&](const HTTPException&) { return std::pair(File{page}, 404); });
    app.get("/none", [] { return File{"/nonexistent"}; });
    app.before_request([](Request& request) -> std::optional<File> {
        if (request.path() == "/before") return File{"/nonexistent"};
        return std::nullopt;
    });
    TestClient client(std::move(app));
    CHECK(client.get("/none").text() == "not here");
    CHECK(client.get("/none").status == 404);
    CHECK(client.get("/before").text() == "not here");
}
