using System.Buffers;

namespace Parley.Wire.GoIm;

/// <summary>
/// Finds where a top-level JSON value ends, looking at every byte once, however the bytes are cut. Knows objects and <c>null</c>; no
/// other value is a request. It does not judge what is inside.
/// </summary>
internal struct GoImValueScanner
{
    private static readonly SearchValues<byte> Structure = SearchValues.Create("\"{}[]"u8);
    private static readonly SearchValues<byte> StringEnds = SearchValues.Create("\"\\"u8);

    private int _depth;
    private int _matched; // bytes of "null"
    private bool _isInString;
    private bool _isEscaped;

    /// <summary>Whether the bytes so far end inside a string.</summary>
    public readonly bool IsInString => _isInString;

    private readonly bool IsInside => _depth > 0 || _matched > 0;

    /// <summary>Looks at the next bytes.</summary>
    /// <param name="bytes">What comes after what was looked at before.</param>
    /// <param name="start">Where the value, or its next part, begins.</param>
    /// <param name="end">Behind its last byte.</param>
    /// <returns><see cref="GoImReadStatus.Value"/> when the value ends at <paramref name="end"/>.</returns>
    public GoImReadStatus Scan(ReadOnlySpan<byte> bytes, out int start, out int end)
    {
        start = IsInside ? 0 : SkipSpace(bytes);
        end = bytes.Length;
        if (start == bytes.Length)
            return GoImReadStatus.NeedMore;
        var at = start;
        if (!IsInside)
        {
            if (bytes[at] is not ((byte)'{' or (byte)'n'))
                return GoImReadStatus.Invalid;
            if (bytes[at] == (byte)'{')
            {
                _depth = 1;
                at++;
            }
        }
        if (_depth == 0)
            return ScanNull(bytes, at, ref end);
        while (at < bytes.Length)
        {
            at = _isInString ? SkipString(bytes, at) : SkipStructure(bytes, at);
            if (_depth != 0)
                continue;
            end = at;
            return GoImReadStatus.Value;
        }
        return GoImReadStatus.NeedMore;
    }

    private static int SkipSpace(ReadOnlySpan<byte> bytes)
    {
        var at = bytes.IndexOfAnyExcept(" \t\r\n"u8);
        return at < 0 ? bytes.Length : at;
    }

    private GoImReadStatus ScanNull(ReadOnlySpan<byte> bytes, int at, ref int end)
    {
        var literal = "null"u8;
        for (; at < bytes.Length; at++)
        {
            if (bytes[at] != literal[_matched])
                return GoImReadStatus.Invalid;
            if (++_matched < literal.Length)
                continue;
            _matched = 0;
            end = at + 1;
            return GoImReadStatus.Value;
        }
        return GoImReadStatus.NeedMore;
    }

    private int SkipString(ReadOnlySpan<byte> bytes, int at)
    {
        if (_isEscaped)
        {
            _isEscaped = false;
            return at + 1;
        }
        var next = bytes[at..].IndexOfAny(StringEnds);
        if (next < 0)
            return bytes.Length;
        at += next;
        if (bytes[at] == (byte)'"')
            _isInString = false;
        else
            _isEscaped = true;
        return at + 1;
    }

    private int SkipStructure(ReadOnlySpan<byte> bytes, int at)
    {
        var next = bytes[at..].IndexOfAny(Structure);
        if (next < 0)
            return bytes.Length;
        at += next;
        switch (bytes[at])
        {
            case (byte)'"':
                _isInString = true;
                break;
            case (byte)'{' or (byte)'[':
                _depth++;
                break;
            default:
                _depth--;
                break;
        }
        return at + 1;
    }
}
