// SPDX-License-Identifier: MIT
#include <pottle/http/file_name.hpp>

#include <string>
#include <string_view>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::http;
using namespace std::string_view_literals;

TEST_CASE("secure_filename: what Werkzeug makes of the same names (REQ-28)") {
    CHECK(secure_filename("My cool movie.mov") == "My_cool_movie.mov");
    CHECK(secure_filename("../../../etc/passwd") == "etc_passwd");
    CHECK(secure_filename("i contain cool \xc3\xbcml\xc3\xa4uts.txt") ==
          "i_contain_cool_umlauts.txt");
    CHECK(secure_filename("__filename__") == "filename");
    CHECK(secure_filename("foo$&^*)bar") == "foobar");
    CHECK(secure_filename("\xe2\x98\x83") == "");
    CHECK(secure_filename("  a \t\n b  ") == "a_b");
    CHECK(secure_filename("\xef\xac\x81le\xef\xbc\x91.txt") == "file1.txt");  // a ligature, wide 1
    CHECK(secure_filename("C:\\temp\\x.txt") == "C_temp_x.txt");
    CHECK(secure_filename("a\xff.txt") == "a.txt");
    CHECK(secure_filename("...") == "");
}

TEST_CASE("safe_relative_path: normalises what stays in the folder (FILE-5)") {
    CHECK(safe_relative_path("site.css") == "site.css");
    CHECK(safe_relative_path("css//./site.css") == "css/site.css");
    CHECK(safe_relative_path("foo/../x") == "x");
    CHECK(safe_relative_path("a/b/../../c") == "c");
    CHECK(safe_relative_path("..x/...") == "..x/...");
    CHECK(safe_relative_path("ab:c") == "ab:c");
}

TEST_CASE("safe_relative_path: refuses a path that leaves the folder (FILE-5)") {
    for (const std::string_view path :
         {""sv, "/etc/passwd"sv, ".."sv, "../x"sv, "a/../../x"sv, "a/../.."sv, "."sv, "a/.."sv,
          "..\\x"sv, "a\\b"sv, "a\0b"sv, "C:/x"sv, "c:x"sv, "x/../c:x"sv}) {
        CAPTURE(path);
        CHECK_FALSE(safe_relative_path(path));
    }
}
