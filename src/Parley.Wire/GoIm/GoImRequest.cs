using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Parley.Wire.GoIm;

/// <summary>What a client sent: <c>{"cmd":…,"obj":[…],"repo":…}</c> (goim-json §3.1). Its spans point into the JSON.</summary>
public readonly ref struct GoImRequest
{
    /// <summary>Arguments that are kept; no command has more, and surplus ones are ignored (§2.5).</summary>
    public const int MaxArguments = 4;

    private const int MaxDepth = 10_000;
    private const int IdLength = 36;

    private readonly ReadOnlySpan<byte> _json;
    private readonly Parts _parts;

    private GoImRequest(ReadOnlySpan<byte> json, Parts parts)
    {
        _json = json;
        _parts = parts;
    }

    /// <summary>The command; empty when there is none.</summary>
    public ReadOnlySpan<byte> Command => _parts.UnescapedCommand ?? _json.Slice(_parts.Command.Start, _parts.Command.Length);

    /// <summary>The JSON text of <c>repo</c> as it came (§3.3); <c>null</c> when there is none.</summary>
    public ReadOnlySpan<byte> Repo => _parts.Repo.Length == 0 ? "null"u8 : _json.Slice(_parts.Repo.Start, _parts.Repo.Length);

    /// <summary>How many arguments were kept.</summary>
    public int Count => _parts.Count;

    /// <summary>How requests are read: strictly, and no deeper than 10,000.</summary>
    internal static JsonReaderOptions ReaderOptions { get; } = new() { MaxDepth = MaxDepth };

    /// <summary>Reads a whole JSON value. False when it is no JSON or not the shape of a request: the connection is to be closed (§2.5).</summary>
    public static bool TryParse(ReadOnlySpan<byte> json, out GoImRequest request)
    {
        request = default;
        var reader = new Utf8JsonReader(json, ReaderOptions);
        var parts = default(Parts);
        try
        {
            if (!reader.Read() || !parts.ReadRoot(ref reader) || reader.Read())
                return false;
        }
        catch (JsonException)
        {
            return false;
        }
        request = new GoImRequest(json, parts);
        return true;
    }

    /// <summary>Whether an argument is missing or empty (§5.1 step 3).</summary>
    public bool IsEmpty(int index) => index >= Count || _parts.Arguments[index].Length == 0;

    /// <summary>An argument in UTF-8, as bytes of its own. What is no UTF-8 is replaced by U+FFFD.</summary>
    public byte[] Bytes(int index)
    {
        var raw = Raw(index, out var isEscaped);
        return !isEscaped && Utf8.IsValid(raw) ? raw.ToArray() : Encoding.UTF8.GetBytes(GoImText.Unescape(raw));
    }

    /// <summary>An argument as text. What is no UTF-8 is replaced by U+FFFD.</summary>
    public string Text(int index)
    {
        var raw = Raw(index, out var isEscaped);
        return isEscaped ? GoImText.Unescape(raw) : Encoding.UTF8.GetString(raw);
    }

    /// <summary>An argument as a UUID of 36 characters; false when it is none. Allocates nothing unless the client escapes letters.</summary>
    public bool TryGetId(int index, out Guid id)
    {
        var text = Raw(index, out var isEscaped);
        if (isEscaped)
            text = Bytes(index);
        id = default;
        return text.Length == IdLength && Utf8Parser.TryParse(text, out id, out var read, 'D') && read == IdLength;
    }

    private ReadOnlySpan<byte> Raw(int index, out bool isEscaped)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count);
        var range = _parts.Arguments[index];
        isEscaped = range.IsEscaped;
        return _json.Slice(range.Start, range.Length);
    }

    /// <summary>A piece of the JSON text; of a string without its quotes.</summary>
    private readonly record struct Piece(int Start, int Length, bool IsEscaped);

    [InlineArray(MaxArguments)]
    private struct Pieces
    {
        private Piece _first;
    }

    /// <summary>Where the members lie. Of a member that is there twice the last counts.</summary>
    private struct Parts
    {
        private const int MaxNameLength = 8;
        private const int EscapeLength = 6;

        public Pieces Arguments;
        public int Count;
        public Piece Command;
        public byte[]? UnescapedCommand;
        public Piece Repo;

        public bool ReadRoot(ref Utf8JsonReader reader)
        {
            if (reader.TokenType == JsonTokenType.Null)
                return true;
            if (reader.TokenType != JsonTokenType.StartObject)
                return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var member = MemberOf(reader.ValueSpan, reader.ValueIsEscaped);
                reader.Read();
                var isRead = member switch
                {
                    Member.Command => ReadCommand(ref reader),
                    Member.Arguments => ReadArguments(ref reader),
                    Member.Repo => ReadRepo(ref reader),
                    _ => reader.TrySkip(),
                };
                if (!isRead)
                    return false;
            }
            return reader.TokenType == JsonTokenType.EndObject;
        }

        private static Member MemberOf(scoped ReadOnlySpan<byte> name, bool isEscaped)
        {
            Span<byte> plain = stackalloc byte[MaxNameLength];
            if (isEscaped)
            {
                if (name.Length > MaxNameLength * EscapeLength || !Encoding.UTF8.TryGetBytes(GoImText.Unescape(name), plain, out var length))
                    return Member.Unknown;
                name = plain[..length];
            }
            return Ascii.EqualsIgnoreCase(name, "cmd"u8) ? Member.Command
                : Ascii.EqualsIgnoreCase(name, "obj"u8) ? Member.Arguments
                : Ascii.EqualsIgnoreCase(name, "repo"u8) ? Member.Repo
                : Member.Unknown;
        }

        private bool ReadCommand(ref Utf8JsonReader reader)
        {
            if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Null))
                return false;
            Command = PieceOf(ref reader);
            UnescapedCommand = Command.IsEscaped ? Encoding.UTF8.GetBytes(GoImText.Unescape(reader.ValueSpan)) : null;
            return true;
        }

        private bool ReadArguments(ref Utf8JsonReader reader)
        {
            Count = 0;
            if (reader.TokenType == JsonTokenType.Null)
                return true;
            if (reader.TokenType != JsonTokenType.StartArray)
                return false;
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Null))
                    return false;
                if (Count < MaxArguments)
                    Arguments[Count++] = PieceOf(ref reader);
            }
            return true;
        }

        private bool ReadRepo(ref Utf8JsonReader reader)
        {
            var start = (int)reader.TokenStartIndex;
            if (!reader.TrySkip())
                return false;
            Repo = new(start, (int)reader.BytesConsumed - start, IsEscaped: false);
            return true;
        }

        private static Piece PieceOf(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.Null
            ? default
            : new((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length, reader.ValueIsEscaped);
    }

    private enum Member : byte
    {
        Unknown,
        Command,
        Arguments,
        Repo,
    }
}
