// SPDX-License-Identifier: MIT
#include <pottle/app/escape.hpp>

#include <doctest/doctest.h>

TEST_CASE("escape: writes what MarkupSafe's escape() writes") {
    CHECK(pottle::escape("<a href=\"x\" title='y'>&amp;</a>") ==
          "&lt;a href=&#34;x&#34; title=&#39;y&#39;&gt;&amp;amp;&lt;/a&gt;");
    CHECK(pottle::escape("caf\u00e9 1+1") == "caf\u00e9 1+1");
    CHECK(pottle::escape("").empty());
}
