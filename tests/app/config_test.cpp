// SPDX-License-Identifier: MIT
#include "config_keys.hpp"
#include "nearest.hpp"

#include <pottle/app/config.hpp>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include <doctest/doctest.h>
#include <unistd.h>

using namespace pottle;

namespace {

/// A file that is gone when the test ends.
class TemporaryFile {
public:
    TemporaryFile(const std::string& ending, std::string_view text)
        : path_("/tmp/pottle_config_" + std::to_string(::getpid()) + ending) {
        std::ofstream(path_) << text;
    }
    ~TemporaryFile() { ::unlink(path_.c_str()); }
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

/// An environment variable for the length of a test.
class TemporaryVariable {
public:
    TemporaryVariable(const char* name, const char* value) : name_(name) {
        ::setenv(name, value, 1);
    }
    ~TemporaryVariable() { ::unsetenv(name_); }

private:
    const char* name_;
};

std::string sentence(auto&& action) {
    try {
        action();
    } catch (const ConfigError& error) {
        return error.what();
    }
    return {};
}

}  // namespace

TEST_CASE("config: has Quart's keys and defaults (APP-6)") {
    const Config config;
    CHECK(config["APPLICATION_ROOT"] == "/");
    CHECK(config.get<Seconds>("BACKGROUND_TASK_SHUTDOWN_TIMEOUT") == Seconds(5));
    CHECK(config.get<Seconds>("BODY_TIMEOUT") == Seconds(60));
    CHECK(config.get<std::size_t>("MAX_CONTENT_LENGTH") == 16 * 1024 * 1024);
    CHECK(config.get<long>("MAX_COOKIE_SIZE") == 4093);
    CHECK(config.get<Seconds>("PERMANENT_SESSION_LIFETIME") == Seconds(31 * 86400));
    CHECK(config.get<Seconds>("SEND_FILE_MAX_AGE_DEFAULT") == Seconds(12 * 3600));
    CHECK(config["SECRET_KEY"].is_null());
    CHECK(config["PROPAGATE_EXCEPTIONS"].is_null());
    CHECK(config.get<bool>("SESSION_COOKIE_HTTPONLY"));
    CHECK_FALSE(config.get<bool>("DEBUG"));
    CHECK(config.get<std::string>("SESSION_COOKIE_NAME") == "session");
}

TEST_CASE("config: the table is sorted and every default is of its kind") {
    const auto keys = app::config_keys();
    CHECK(std::ranges::is_sorted(keys, {}, &app::ConfigKey::name));
    for (const app::ConfigKey& key : keys) {
        CAPTURE(key.name);
        const auto value = JsonValue::parse(key.fallback);
        REQUIRE(value);
        CHECK((value->is_null() ? key.nullable : app::fits(key.kind, *value)));
    }
}

TEST_CASE("config: docs/reference/config.md lists every key with its default") {
    std::ifstream file(POTTLE_TEST_DATA "/../../../docs/reference/config.md");
    const std::string page((std::istreambuf_iterator<char>(file)), {});
    for (const app::ConfigKey& key : app::config_keys()) {
        const std::string row = "| `" + std::string(key.name) + "` | `" + std::string(key.fallback);
        CAPTURE(row);
        CHECK(page.find(row) != page.npos);
    }
}

TEST_CASE("config: values are typed, durations and sizes are read with their units") {
    Config config;
    config.set("MAX_CONTENT_LENGTH", "2MiB").set("BODY_TIMEOUT", "1500ms");
    config.set("PERMANENT_SESSION_LIFETIME", std::chrono::hours(1));
    config.set("NUMBERS", JsonValue::array({"a", "b"}));
    CHECK(config.get<std::size_t>("MAX_CONTENT_LENGTH") == 2 * 1024 * 1024);
    CHECK(config.get<Milliseconds>("BODY_TIMEOUT") == Milliseconds(1500));
    CHECK(config.get<Seconds>("PERMANENT_SESSION_LIFETIME") == Seconds(3600));
    CHECK(config.get<std::vector<std::string>>("NUMBERS") == std::vector<std::string>{"a", "b"});
    CHECK_FALSE(config.get<std::optional<std::string>>("SECRET_KEY"));
    config.set("SECRET_KEY", "s");
    CHECK(config.get<std::optional<std::string>>("SECRET_KEY") == "s");
}

TEST_CASE("config: a value of the wrong kind is refused with key, value and cure") {
    Config config;
    CHECK(sentence([&] { config.set("TESTING", "yes"); }) ==
          "TESTING is \"yes\" (code), but must be true or false");
    CHECK(sentence([&] {
              config.set("BODY_TIMEOUT", "soon");
          }).ends_with("must be a duration such as 30 (seconds) or \"500ms\""));
    CHECK(sentence([&] { config.set("MAX_COOKIE_SIZE", nullptr); }).ends_with("\"16MiB\""));
    CHECK(sentence([&] { (void)config.get<std::string>("SECRET_KEY"); }) ==
          "SECRET_KEY is null (asked as text), but must be a text");
    config.set("SMALL", 300);
    CHECK(sentence([&] { (void)config.get<std::uint8_t>("SMALL"); }) ==
          "SMALL is 300 (asked as an integer), but must be an integer from 0 to 255");
    CHECK(config.set("BODY_TIMEOUT", nullptr)["BODY_TIMEOUT"].is_null());
}

TEST_CASE("config: from_mapping takes the upper-case keys only (CFG-1)") {
    Config config;
    config.from_mapping({{"MY_KEY", 1}, {"mine", 2}, {"Mixed", 3}, {"_1", 4}});
    CHECK(config["MY_KEY"] == 1);
    CHECK_FALSE(config.contains("mine"));
    CHECK_FALSE(config.contains("Mixed"));
    CHECK_FALSE(config.contains("_1"));
}

TEST_CASE("config: reads TOML and JSON files (CFG-2)") {
    const TemporaryFile toml(".toml",
                             "DEBUG = true\nTRUSTED_HOSTS = [\"a.org\", \"b.org\"]\n"
                             "WHEN = 2020-01-02\nRATE = 1.5\nignored = 1\n[DB]\nurl = \"x\"\n");
    Config config;
    CHECK(config.from_file(toml.path()));
    CHECK(config.get<bool>("DEBUG"));
    CHECK(config.get<std::vector<std::string>>("TRUSTED_HOSTS").size() == 2);
    CHECK(config["WHEN"] == "2020-01-02");
    CHECK(config["RATE"] == 1.5);
    CHECK(config["DB"].at("url") == "x");
    CHECK_FALSE(config.contains("ignored"));

    const TemporaryFile json(".json", R"({"DEBUG": false, "MAIL": {"port": 25}})");
    CHECK(config.from_file(json.path()));
    CHECK_FALSE(config.get<bool>("DEBUG"));
    CHECK(config["MAIL"].at("port") == 25);
}

TEST_CASE("config: a file that is missing or malformed is named (CFG-2)") {
    Config config;
    CHECK(sentence([&] { config.from_file("/nowhere/x.toml"); }) ==
          "the settings file /nowhere/x.toml cannot be read: No such file or directory "
          "(from_file(path, Missing::IsFine) goes on without it)");
    CHECK_FALSE(config.from_file("/nowhere/x.toml", Missing::IsFine));
    const TemporaryFile toml(".toml", "A = 1\nB = \n");
    CHECK(sentence([&] { config.from_file(toml.path()); }).starts_with(toml.path() + ": line 2: "));
    const TemporaryFile json(".json", "[1]");
    CHECK(sentence([&] { config.from_file(json.path()); }).ends_with("is one JSON object"));
    const TemporaryFile other(".ini", "");
    CHECK(sentence([&] { config.from_file(other.path()); }).ends_with(".json files only"));
    const TemporaryFile kind(".toml", "DEBUG = 1\n");
    CHECK(sentence([&] { config.from_file(kind.path()); }) ==
          "DEBUG is 1 (" + kind.path() + "), but must be true or false");
}

TEST_CASE("config: from_prefixed_env reads JSON or text and descends at '__' (CFG-3)") {
    const TemporaryVariable a("CFGT_DEBUG", "true"), b("CFGT_SECRET_KEY", "not json"),
        c("CFGT_DB__POOL__SIZE", "5"), d("CFGT_DB__URL", "sqlite://"), e("CFGTX", "1");
    Config config;
    config.from_prefixed_env("CFGT");
    CHECK(config.get<bool>("DEBUG"));
    CHECK(config["SECRET_KEY"] == "not json");
    CHECK(config["DB"].find_pointer("/POOL/SIZE")->as_int() == 5);
    CHECK(config["DB"].at("URL") == "sqlite://");
    const TemporaryVariable f("CFGT_DEBUG__X", "1");
    CHECK(sentence([&] { config.from_prefixed_env("CFGT"); }) ==
          "CFGT_DEBUG__X: what it descends into is not an object");
}

TEST_CASE("config: from_envvar reads the file that a variable names (CFG-4)") {
    const TemporaryFile toml(".toml", "DEBUG = true\n");
    Config config;
    CHECK(
        sentence([&] { config.from_envvar("CFGT_FILE"); }).starts_with("the environment variable"));
    CHECK_FALSE(config.from_envvar("CFGT_FILE", Missing::IsFine));
    const TemporaryVariable file("CFGT_FILE", toml.path().c_str());
    CHECK(config.from_envvar("CFGT_FILE"));
    CHECK(config.get<bool>("DEBUG"));
}

TEST_CASE("config: get_namespace gives the keys behind a prefix (CFG-5)") {
    Config config;
    config.set("MAIL_SERVER", "a").set("MAIL_PORT", 25).set("OTHER", 1);
    CHECK(JsonValue(config.get_namespace("MAIL_")) ==
          JsonValue::object({{"server", "a"}, {"port", 25}}));
    CHECK(JsonValue(config.get_namespace("MAIL_", false, false)) ==
          JsonValue::object({{"MAIL_SERVER", "a"}, {"MAIL_PORT", 25}}));
}

TEST_CASE("config: DEBUG follows POTTLE_DEBUG") {
    const TemporaryVariable debug("POTTLE_DEBUG", "1");
    CHECK(Config().get<bool>("DEBUG"));
    const TemporaryVariable no("POTTLE_DEBUG", "No");
    CHECK_FALSE(Config().get<bool>("DEBUG"));
}

TEST_CASE("config: switches in the environment are words for yes and no (CFG-3)") {
    const std::vector<std::pair<const char*, bool>> words = {
        {"1", true}, {"on", true}, {"True", true}, {"0", false}, {"No", false}, {"", false}};
    for (const auto& [text, wanted] : words) {
        const TemporaryVariable debug("POTTLE_DEBUG", text);
        Config config;
        config.from_prefixed_env();  // what --debug sets is read once more
        CHECK(config.get<bool>("DEBUG") == wanted);
    }
    const TemporaryVariable perhaps("CFGT_DEBUG", "perhaps");
    Config config;
    CHECK(sentence([&] { config.from_prefixed_env("CFGT"); }).contains("must be true or false"));
}

TEST_CASE("config: a key that looks like a known one is reported with that one's name") {
    Config config;
    config.set("MAX_CONTENT_LENGHT", 1).set("SECRETKEY", "x").set("SHOP_NAME", "own");
    config.set_default("MAIL_SERVER", "localhost").set("MAIL_SREVER", "x");
    CHECK(config.find_slips() ==
          std::vector<std::string>{
              "MAX_CONTENT_LENGHT (code) is not a setting of Pottle: did you mean "
              "MAX_CONTENT_LENGTH?",
              "SECRETKEY (code) is not a setting of Pottle: did you mean SECRET_KEY?",
              "MAIL_SREVER (code) is not a setting of Pottle: did you mean MAIL_SERVER?"});
}

TEST_CASE("count_edits: counts insertions, removals, replacements and swaps") {
    CHECK(app::count_edits("", "") == 0);
    CHECK(app::count_edits("abc", "") == 3);
    CHECK(app::count_edits("abc", "abd") == 1);
    CHECK(app::count_edits("abc", "acb") == 1);
    CHECK(app::count_edits("kitten", "sitting") == 3);
}

TEST_CASE("dotenv: sets what is not set, with quotes, comments and ${NAME} (CLI-6)") {
    const TemporaryVariable existing("CFGT_OLD", "old");
    const TemporaryFile file(".env",
                             "# comment\n\nCFGT_OLD=new\nexport CFGT_A = plain # comment\n"
                             "CFGT_B='as $it \\n stands'\nCFGT_C=\"a\\n\\\"${CFGT_OLD}\\\"\" # x\n"
                             "CFGT_D=${CFGT_A}#no comment\nCFGT_E=\n");
    CHECK(load_dotenv(file.path()));
    CHECK(std::getenv("CFGT_OLD") == std::string("old"));
    CHECK(std::getenv("CFGT_A") == std::string("plain"));
    CHECK(std::getenv("CFGT_B") == std::string("as $it \\n stands"));
    CHECK(std::getenv("CFGT_C") == std::string("a\n\"old\""));
    CHECK(std::getenv("CFGT_D") == std::string("plain#no comment"));
    CHECK(std::getenv("CFGT_E") == std::string());
    for (const char* name : {"CFGT_A", "CFGT_B", "CFGT_C", "CFGT_D", "CFGT_E"}) ::unsetenv(name);
    CHECK_FALSE(load_dotenv("/nowhere/.env"));
}

TEST_CASE("dotenv: a malformed line is named (CLI-6)") {
    const TemporaryFile file(".env", "A=1\nnonsense\n");
    CHECK(sentence([&] { load_dotenv(file.path()); }) == file.path() + ":2: a line is NAME=value");
    const TemporaryFile quote(".env2", "CFGT_Q='x\n");
    CHECK(sentence([&] { load_dotenv(quote.path()); }) ==
          quote.path() + ":1: a quote is not closed");
    ::unsetenv("A");
}

TEST_CASE("config: from_prefixed_env reads a known key's text as its kind (CFG-3)") {
    const TemporaryVariable a("CFGT_DEBUG", "1"), b("CFGT_SECRET_KEY", "31415926535"),
        c("CFGT_TESTING", "Off"), d("CFGT_SERVER_NAME", "null"), e("CFGT_OWN", "1"),
        f("CFGT_SECRET_KEY_FALLBACKS", "271828"), g("CFGT_PREFER_SECURE_URLS", "yes"),
        h("CFGT_MAX_COOKIE_SIZE", "4KiB"), i("CFGT_APPLICATION_ROOT", "\"/shop\"");
    Config config;
    config.set("TESTING", true).set("SERVER_NAME", "x").from_prefixed_env("CFGT");
    CHECK(config.get<bool>("DEBUG"));
    CHECK_FALSE(config.get<bool>("TESTING"));
    CHECK(config.get<bool>("PREFER_SECURE_URLS"));
    CHECK(config.get<std::string>("SECRET_KEY") == "31415926535");
    CHECK(config.get<std::vector<std::string>>("SECRET_KEY_FALLBACKS") ==
          std::vector<std::string>{"271828"});
    CHECK(config["SERVER_NAME"].is_null());
    CHECK(config.get<std::size_t>("MAX_COOKIE_SIZE") == 4096);
    CHECK(config.get<std::string>("APPLICATION_ROOT") == "/shop");
    CHECK(config["OWN"] == 1);

    const TemporaryVariable wrong("CFGT_DEBUG", "perhaps");
    CHECK(sentence([&] { config.from_prefixed_env("CFGT"); }) ==
          "DEBUG is \"perhaps\" (CFGT_DEBUG), but must be true or false");
}

TEST_CASE("config: a refusal does not show what is secret") {
    Config config;
    CHECK(sentence([&] { config.set("SECRET_KEY", 31415926535); }) ==
          "SECRET_KEY is (not shown) (code), but must be a text");
    config.set("MAIL_PASSWORD", "hunter2").set("API_TOKEN", "t0ken");
    CHECK_FALSE(sentence([&] { (void)config.get<int>("MAIL_PASSWORD"); }).contains("hunter2"));
    CHECK_FALSE(sentence([&] { (void)config.get<bool>("API_TOKEN"); }).contains("t0ken"));
}
