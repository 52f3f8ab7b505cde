// SPDX-License-Identifier: MIT
/// \file
/// HpackDecoder: the receiving half of HPACK (RFC 7541), sans IO: one complete header block in,
/// its fields out.
#pragma once

#include <pottle/proto/h2/dynamic_table.hpp>
#include <pottle/proto/h2/field_arena.hpp>

#include <cstdint>
#include <string_view>

namespace pottle::h2 {

/// Decodes the header blocks of one connection, in the order they arrive. A value of a few words
/// and its table.
///
/// Invariant: every block must be read to its End, wanted or not, or the tables of both sides
/// differ from then on.
class HpackDecoder {
public:
    enum class Step : std::uint8_t {
        Field,  ///< the next field
        End,    ///< the block is complete
        Failed  ///< COMPRESSION_ERROR: the connection cannot be used any more
    };

    /// Begins a block. `block` stays until its End; so does what `arena` holds.
    void begin(std::string_view block) noexcept;

    /// Reads one field. Its views lie in the block, the arena or static storage.
    Step next(http::Field& field, FieldArena& arena);
    /// The same for a field that nobody wants: `size` is all that is told of it, and a reference
    /// to a table is not even copied, so that a block that repeats one (an HPACK bomb) costs
    /// little.
    Step skip(std::size_t& size, FieldArena& arena);

private:
    enum class Kind : std::uint8_t { Field, Reference, End, Failed };
    struct Read {
        Kind kind;
        std::uint32_t index = 0;  // of a Reference
    };
    Read read(http::Field& field, FieldArena& arena);
    bool read_integer(unsigned prefix_bits, std::uint32_t& value) noexcept;
    bool read_string(std::string_view& text, FieldArena& arena);
    bool read_literal(unsigned prefix_bits, http::Field& field, FieldArena& arena);
    bool read_size_update() noexcept;
    bool find(std::uint32_t index, http::Field& field) const noexcept;

    DynamicTable table_;
    const char* at_ = nullptr;
    const char* end_ = nullptr;
    bool at_start_ = true;  // no field of the block was read: a size update may stand here
};

}  // namespace pottle::h2
