using System.Buffers.Binary;

namespace Parley.Wire.MessagePack;

/// <summary>
/// Takes a MessagePack map apart as its bytes come in, in pieces of any size: the content of one value, a STR or BIN, is handed on at
/// once and not kept; all other entries are gathered, within a bound, as a map of their own. Needs as much memory as that bound and no
/// more, however long the map is.
/// </summary>
/// <remarks>
/// An entry that does not fit into the bound is left out and <see cref="HasLeftOut"/> says so; the rest of the map is still read. Of
/// several entries with the streamed key the first one counts, the content of the others is passed over. When the value of the streamed
/// key is neither STR nor BIN it is gathered like any other. Bytes behind the map are ignored, and an empty array as root counts as an
/// empty map, as with <see cref="Fpnn.FpnnParameters"/>. Whether gathered values are well formed inside is for their reader to find out.
/// </remarks>
/// <param name="streamedKey">The key whose value is handed on; its bytes are kept.</param>
/// <param name="bound">How many bytes the other entries may have together.</param>
public sealed class MessagePackSplitter(ReadOnlyMemory<byte> streamedKey, int bound) : IDisposable
{
    private const int MostEntries = Fpnn.FpnnParameters.MaxEntries;
    private const int HeaderLength = 5; // of the gathered map: always the longest form
    private const int MostHead = 6; // code, four bytes of length, type of an ext

    private readonly PooledBufferWriter _gathered = new();
    private readonly byte[] _head = new byte[MostHead]; // the value that is being begun: its code and what tells its length
    private int _headCount;
    private State _state;
    private long _entries; // of the root still to be read, the current one included
    private int _kept;
    private int _entryStart; // where the current entry begins in what is gathered
    private int _keyStart;
    private long _values; // values still to be begun within the current key or value
    private long _left; // bytes of the current scalar's content still to come
    private bool _isLeavingOut;
    private bool _isForeignFile; // the content that is passed over now is that of a second streamed key

    private enum State : byte
    {
        Root,
        Key,
        Value,
        Content,
        Done,
        Broken,
    }

    /// <summary>Whether the map's bytes are all there.</summary>
    public bool IsComplete => _state == State.Done;

    /// <summary>Whether this is no map, or not one that can be taken apart; nothing more is read then.</summary>
    public bool IsBroken => _state == State.Broken;

    /// <summary>Whether the streamed value has begun.</summary>
    public bool HasContent { get; private set; }

    /// <summary>The length of the streamed value in bytes, once it has begun.</summary>
    public long ContentLength { get; private set; }

    /// <summary>Whether an entry was too long to be gathered.</summary>
    public bool HasLeftOut { get; private set; }

    /// <summary>The whole entries gathered so far, as a map.</summary>
    public ReadOnlySpan<byte> Gathered
    {
        get
        {
            if (_gathered.WrittenCount < HeaderLength)
                return [0x80];
            var map = _gathered.GetWrittenSpan(0);
            map[0] = 0xdf;
            BinaryPrimitives.WriteInt32BigEndian(map[1..], _kept);
            return map[..(_state is State.Key or State.Value ? _entryStart : map.Length)];
        }
    }

    /// <summary>Takes the next bytes.</summary>
    /// <param name="input">The bytes.</param>
    /// <param name="content">Slices of <paramref name="input"/> that belong to the streamed value are added here, in order.</param>
    /// <returns>How many bytes were taken: fewer than there are only when the streamed value has just begun, so that the caller can decide what becomes of it, and at the end of the map.</returns>
    public int Feed(ReadOnlyMemory<byte> input, List<ReadOnlyMemory<byte>> content)
    {
        var span = input.Span;
        var at = 0;
        while (at < span.Length && _state < State.Done)
        {
            if (_state == State.Content)
            {
                var count = (int)Math.Min(_left, span.Length - at);
                if (!_isForeignFile)
                    content.Add(input.Slice(at, count));
                at += count;
                _left -= count;
                if (_left == 0)
                    EndEntry();
            }
            else if (_left > 0)
            {
                var count = (int)Math.Min(_left, span.Length - at);
                Gather(span.Slice(at, count));
                at += count;
                _left -= count;
                EndScalar();
            }
            else
            {
                _head[_headCount++] = span[at++];
                if (_headCount == LengthOfHead(_head[0]) && Begin())
                    return at;
            }
        }
        return at;
    }

    /// <inheritdoc/>
    public void Dispose() => _gathered.Dispose();

    // A whole head is there. True when the streamed value begins.
    private bool Begin()
    {
        var head = _head.AsSpan(0, _headCount);
        _headCount = 0;
        if (_state == State.Root)
        {
            BeginRoot(head);
            return false;
        }
        var (content, children) = Measure(head);
        if (content < 0)
        {
            _state = State.Broken;
            return false;
        }
        if (_state == State.Value && _values == 1 && IsText(head[0]) && IsStreamedKey())
        {
            BeginContent(content);
            return _state == State.Content && !_isForeignFile;
        }
        Gather(head);
        _values += children - 1;
        _left = content;
        EndScalar();
        return false;
    }

    private void BeginRoot(ReadOnlySpan<byte> head)
    {
        var code = head[0];
        var isMap = code is >= 0x80 and <= 0x8f or 0xde or 0xdf;
        var isEmptyArray = code == 0x90 || (code is 0xdc or 0xdd && head[1..].IndexOfAnyExcept((byte)0) < 0);
        _entries = !isMap ? 0 : code <= 0x8f ? code & 0x0f : Number(head[1..]);
        if ((!isMap && !isEmptyArray) || _entries > MostEntries)
        {
            _state = State.Broken;
            return;
        }
        _gathered.GetSpan(HeaderLength);
        _gathered.Advance(HeaderLength);
        BeginEntry();
    }

    private void BeginEntry()
    {
        _isLeavingOut = false;
        _isForeignFile = false;
        _entryStart = _keyStart = _gathered.WrittenCount;
        _values = 1;
        _state = _entries == 0 ? State.Done : State.Key;
    }

    // the key that led here is not gathered: the content is not part of the gathered map
    private void BeginContent(long length)
    {
        _gathered.Truncate(_entryStart);
        _isForeignFile = HasContent;
        if (!HasContent)
        {
            HasContent = true;
            ContentLength = length;
        }
        _left = length;
        _values = 0;
        _state = State.Content;
        if (length == 0)
            EndEntry();
    }

    // Something was gathered; perhaps it was the end of a key, or of a value.
    private void EndScalar()
    {
        if (_left > 0 || _values > 0)
            return;
        if (_state == State.Key)
        {
            _state = State.Value;
            _values = 1;
            return;
        }
        if (_isLeavingOut)
            HasLeftOut = true;
        else
            _kept++;
        EndEntry();
    }

    private void EndEntry()
    {
        _entries--;
        BeginEntry();
    }

    private void Gather(ReadOnlySpan<byte> bytes)
    {
        if (_isLeavingOut)
            return;
        if (_gathered.WrittenCount - HeaderLength + bytes.Length > bound)
        {
            _isLeavingOut = true;
            _gathered.Truncate(_entryStart);
            return;
        }
        _gathered.Write(bytes);
    }

    private bool IsStreamedKey()
    {
        if (_isLeavingOut)
            return false;
        var reader = new MessagePackReader(_gathered.WrittenSpan[_keyStart..]);
        return reader.TryReadRaw(out var key, out var isBinary) && !isBinary && reader.Remaining == 0 && key.SequenceEqual(streamedKey.Span);
    }

    private static bool IsText(byte code) => code is >= 0xa0 and <= 0xbf or >= 0xc4 and <= 0xc6 or >= 0xd9 and <= 0xdb;

    private static int LengthOfHead(byte code) => code switch
    {
        0xc4 or 0xd9 => 2,
        0xc5 or 0xda or 0xdc or 0xde => 3,
        0xc6 or 0xdb or 0xdd or 0xdf => 5,
        0xc7 => 3,
        0xc8 => 4,
        0xc9 => 6,
        _ => 1,
    };

    // How many bytes of content follow the head, and how many values stand inside; -1 when there is no such code.
    private static (long Content, long Children) Measure(ReadOnlySpan<byte> head) => head[0] switch
    {
        <= 0x7f or >= 0xe0 or 0xc0 or 0xc2 or 0xc3 => (0, 0),
        <= 0x8f => (0, 2L * (head[0] & 0x0f)),
        <= 0x9f => (0, head[0] & 0x0f),
        <= 0xbf => (head[0] & 0x1f, 0),
        0xc4 or 0xc5 or 0xc6 or 0xd9 or 0xda or 0xdb => (Number(head[1..]), 0),
        0xc7 or 0xc8 or 0xc9 => (Number(head[1..^1]), 0),
        0xcc or 0xd0 => (1, 0),
        0xcd or 0xd1 => (2, 0),
        0xca or 0xce or 0xd2 => (4, 0),
        0xcb or 0xcf or 0xd3 => (8, 0),
        0xdc or 0xdd => (0, Number(head[1..])),
        0xde or 0xdf => (0, 2 * Number(head[1..])),
        >= 0xd4 and <= 0xd8 => (1L + (1L << (head[0] - 0xd4)), 0),
        _ => (-1, 0),
    };

    private static long Number(ReadOnlySpan<byte> bigEndian)
    {
        var number = 0L;
        foreach (var part in bigEndian)
            number = (number << 8) | part;
        return number;
    }
}
