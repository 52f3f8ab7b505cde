// SPDX-License-Identifier: MIT
#include "app_support.hpp"

#include <pottle/app/templates.hpp>
#include <pottle/pottle.hpp>
#include <pottle/testing.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <doctest/doctest.h>

using namespace pottle;

namespace {

/// A folder with an application's files, removed at the end.
struct Folder {
    Folder() {
        char name[] = "/tmp/pottle-root-XXXXXX";
        path = ::mkdtemp(name);
        write("schema.sql", "create table");
        write("shop.toml", "NAME = \"of the root\"\n");
        write("instance/shop.toml", "NAME = \"of the instance\"\n");
        write("static/a.txt", "a of the app");
        write("part/assets/a.txt", "a of the part");
        write("templates/a.html", "{{ 1 + 1 }} of the app");
        write("part/pages/b.html", "{{ 1 + 1 }} of the part");
    }
    ~Folder() { std::filesystem::remove_all(path); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    void write(const std::string& name, const std::string& text) const {
        const std::filesystem::path file = path + "/" + name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file) << text;
    }
    std::string path;
};

std::string name_in(App& app) {
    app.config().from_file("shop.toml");
    return app.config().get<std::string>("NAME");
}

}  // namespace

TEST_CASE(
    "root path: is where relative folders and files of settings begin (APP-1, APP-2, APP-5)") {
    const Folder folder;
    App app("shop", {.root_path = folder.path + "/"});
    CHECK(app.root_path() == folder.path);
    CHECK(name_in(app) == "of the root");
    app.static_folder("static");
    Blueprint same("same", {.url_prefix = "/same"});
    same.static_folder("static");
    app.register_blueprint(std::move(same));
    Blueprint part("part", {.url_prefix = "/part", .root_path = "part"});
    part.static_folder("assets");
    app.register_blueprint(std::move(part));
    TestClient client(std::move(app));
    CHECK(client.get("/static/a.txt").text() == "a of the app");
    CHECK(client.get("/same/static/a.txt").text() == "a of the app");
    CHECK(client.get("/part/assets/a.txt").text() == "a of the part");
}

TEST_CASE("root path: is where folders of templates begin (APP-2, BP-1)") {
    const Folder folder;
    App app("shop", {.root_path = folder.path});
    app.use<Templates>();
    app.get("/a", [] { return Template("a.html"); });
    Blueprint part("part", {.template_folder = "pages", .root_path = "part"});
    part.get("/b", [] { return Template("b.html"); });
    app.register_blueprint(std::move(part));
    TestClient client(std::move(app));
    CHECK(client.get("/a").text() == "2 of the app");
    CHECK(client.get("/b").text() == "2 of the part");
}

TEST_CASE("root path: is the working directory unless it is given (APP-2)") {
    const std::string here = std::filesystem::current_path();
    CHECK(App("shop").root_path() == here);
    CHECK(App("shop", {.root_path = "below"}).root_path() == here + "/below");
    CHECK(App("shop").instance_path() == here + "/instance");
}

TEST_CASE("instance path: is absolute, and settings may begin there (APP-4)") {
    const Folder folder;
    App app("shop", {.root_path = folder.path, .instance_relative_config = true});
    CHECK(app.instance_path() == folder.path + "/instance");
    CHECK(name_in(app) == "of the instance");
    App other("shop", {.instance_path = folder.path, .instance_relative_config = true});
    CHECK(name_in(other) == "of the root");
    CHECK(sentence_of<ConfigError>([] { App("shop", {.instance_path = "var"}); }) ==
          "the instance path \"var\" must be absolute");
}

TEST_CASE("resources: are read below the root and the instance path (APP-12)") {
    const Folder folder;
    App app("shop", {.root_path = folder.path});
    CHECK(app.read_resource("schema.sql") == "create table");
    CHECK(app.read_instance_resource("shop.toml") == "NAME = \"of the instance\"\n");
    CHECK(sentence_of<ConfigError>([&] { (void)app.read_resource("missing.sql"); }) ==
          "the resource " + folder.path + "/missing.sql cannot be read: No such file or directory");
}
