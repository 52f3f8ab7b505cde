// SPDX-License-Identifier: MIT
/// \file
/// MultipartReader: takes a multipart body apart while it arrives (RFC 2046 5.1, RFC 7578). Bytes
/// in, events out: no IO, and content is never held, so a part may be of any size.
///
///   state     input                          next state, event
///   Preamble  text, a delimiter              Head
///   Head      fields and an empty line       Body, Part
///   Body      content                        Body, Data
///   Body      a delimiter                    Head, PartEnd
///   Body      the closing delimiter          Over, PartEnd
///   Over      anything                       Over, End
///   any       a limit passed, bad fields     Failed, Error
///
/// Invariants:
/// 1. The Data views of a part, put together, are its content, however the input was cut.
/// 2. Input that was not taken is at most a delimiter or a part's head; the caller keeps it and
///    offers it again with more behind it.
/// 3. After an error every later call gives the same error.
#pragma once

#include <pottle/base/bytes.hpp>
#include <pottle/base/error.hpp>
#include <pottle/http/field.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pottle::http {

struct MultipartLimits {
    std::size_t parts = 1000;     ///< beyond: 413 (Werkzeug's max_form_parts)
    ByteCount part_head = 8_KiB;  ///< fields of one part; beyond: 413
};

/// The boundary of a Content-Type such as `multipart/form-data; boundary=x`. Returns: nothing for
/// another type, and for a boundary that is absent or longer than RFC 2046 5.1.1 allows.
std::optional<std::string> multipart_boundary(std::string_view content_type);

/// A value; views it gives out live until the next call.
class MultipartReader {
public:
    struct Event {
        enum class Kind : std::uint8_t {
            NeedMore,  ///< nothing more can be said of this input
            Part,      ///< a part begins; see fields()
            Data,      ///< `data` is the next piece of its content
            PartEnd,
            End,  ///< the closing delimiter was read; what follows it has no meaning
            Error,
        };
        Kind kind = Kind::NeedMore;
        std::string_view data = {};
        Error error = {};
    };

    explicit MultipartReader(std::string_view boundary, const MultipartLimits& limits = {});

    /// Takes the next event off the front of `input`. Lines may end in LF alone.
    ///
    /// Errors: 413 beyond a limit, 400 for fields that are none.
    Event next(std::string_view& input);

    /// Whether the body may end here. Returns: 400 when its closing delimiter is still to come.
    Result<> finish() const;

    /// The fields of the current part, names in lower case. Lifetime: until the next part begins.
    Fields fields() const noexcept { return fields_; }

private:
    enum class State : std::uint8_t { Preamble, Head, Body, Over, Failed };
    enum class Delimiter : std::uint8_t { None, Incomplete, Part, Closing };

    Event read_preamble(std::string_view& input);
    Event read_head(std::string_view& input);
    Event read_body(std::string_view& input);
    Delimiter look_behind_boundary(std::string_view rest, std::size_t& size) const noexcept;
    std::size_t held_back(std::string_view input) const noexcept;
    bool parse_fields();
    Event fail_with(Error error) noexcept;

    MultipartLimits limits_;
    std::string delimiter_;  // "\n--boundary"; a CR before it belongs to it
    std::string head_;
    std::vector<Field> fields_;
    std::size_t parts_ = 0;
    Error error_;
    State state_ = State::Preamble;
    bool at_start_ = true;
};

}  // namespace pottle::http
