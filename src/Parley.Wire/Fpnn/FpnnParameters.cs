using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Parley.Wire.MessagePack;

namespace Parley.Wire.Fpnn;

/// <summary>
/// The parameters of a quest, or the results in an answer: one map with string keys, scanned once, then asked by key. Lookups are
/// lenient in types (rtm-client §0.4, D-1 to D-8). The first lookup that fails sets <see cref="Error"/>; from then on every lookup
/// returns its default, so a handler asks for all it needs and looks at <see cref="Failed"/> once.
/// </summary>
/// <remarks>
/// Required lookups (<c>Int64</c>, <c>Text</c>, …) fail with 10009 when the key is absent or nil, with 10010 when the value does not
/// convert, and with 10005 when the search met a key that is not a string (fpnn §2.3, §9.2). Optional ones (<c>…OrDefault</c>,
/// <c>…OrNull</c>, <c>…OrEmpty</c>) take an absent or nil key for absent; with <c>ignoreWrongType</c> the other two failures count as
/// absent too, as the dispatch service wants it (fpnn §7). Where a lookup takes aliases, the first key that is present wins. Of
/// duplicate keys the first one wins. Spans are slices of the payload. Keys are compared as bytes.
/// </remarks>
public ref partial struct FpnnParameters
{
    /// <summary>The largest number of entries; a payload with more is refused.</summary>
    public const int MaxEntries = 4096;

    private const int InlineCount = 24;
    private const int Absent = -1;
    private const int MetOtherKey = -2;

    private readonly ReadOnlySpan<byte> _payload;
    private int _count;
    private InlineEntries _inline;
    private Entry[]? _overflow;
    private ReadOnlySpan<byte> _errorKey;

    private FpnnParameters(ReadOnlySpan<byte> payload)
    {
        _payload = payload;
    }

    /// <summary>Number of entries, duplicates and nils included.</summary>
    public readonly int Count => _count;

    /// <summary>Whether a lookup has failed.</summary>
    public readonly bool Failed => Error != FpnnErrorCode.Ok;

    /// <summary>
    /// The error of the first lookup that failed: <see cref="FpnnErrorCode.KeyNotFound"/>, <see cref="FpnnErrorCode.WrongType"/> or
    /// <see cref="FpnnErrorCode.KeyNotString"/>; else 0.
    /// </summary>
    public int Error { get; private set; }

    /// <summary>The key of the first lookup that failed; of several aliases the one that was present, or the first.</summary>
    public readonly ReadOnlySpan<byte> ErrorKey => _errorKey;

    /// <summary>The error in words for the <c>ex</c> of an error answer; empty when there is none.</summary>
    public readonly string ErrorText => Error switch
    {
        FpnnErrorCode.Ok => string.Empty,
        FpnnErrorCode.KeyNotFound => $"Missing parameter: {Encoding.UTF8.GetString(_errorKey)}",
        FpnnErrorCode.WrongType => $"Wrong type of parameter: {Encoding.UTF8.GetString(_errorKey)}",
        _ => $"A key that is not a string stands before parameter: {Encoding.UTF8.GetString(_errorKey)}",
    };

    /// <summary>
    /// Scans a MessagePack payload. The whole root map must be well formed; bytes behind it are ignored; an empty array as root counts
    /// as an empty map (fpnn §1.4).
    /// </summary>
    /// <returns>False when it is not: the connection is to be closed without an answer.</returns>
    public static bool TryParse(ReadOnlySpan<byte> payload, out FpnnParameters parameters)
    {
        parameters = new FpnnParameters(payload);
        return parameters.Scan();
    }

    /// <summary>
    /// Scans the payload of a package; a JSON payload is first converted to MessagePack behind what <paramref name="scratch"/> holds,
    /// and must stay there as long as the parameters are used.
    /// </summary>
    /// <returns>False when the payload is not a map: the connection is to be closed without an answer.</returns>
    public static bool TryParse(in FpnnPackage package, PooledBufferWriter scratch, out FpnnParameters parameters)
    {
        if (package.Encoding == FpnnEncoding.MessagePack)
            return TryParse(package.Payload, out parameters);
        ArgumentNullException.ThrowIfNull(scratch);
        var start = scratch.WrittenCount;
        if (FpnnJson.TryToMessagePack(package.Payload, scratch))
            return TryParse(scratch.WrittenSpan[start..], out parameters);
        parameters = default;
        return false;
    }

    /// <summary>Whether the key is present with a value other than nil. Never sets <see cref="Error"/>.</summary>
    public readonly bool Has(ReadOnlySpan<byte> key) => Find(key) >= 0;

    /// <summary>Whether the key is there at all, even with the value nil. Never sets <see cref="Error"/>.</summary>
    public readonly bool HasKey(scoped ReadOnlySpan<byte> key)
    {
        ReadOnlySpan<Entry> entries = _overflow is null ? _inline : _overflow;
        for (var i = 0; i < _count; i++)
        {
            ref readonly var entry = ref entries[i];
            if (entry.KeyStart >= 0 && _payload[entry.KeyStart..entry.ValueStart].SequenceEqual(key))
                return true;
        }

        return false;
    }

    /// <summary>
    /// Finds the encoded value of a key, for <see cref="MessagePackReader"/> (nested maps, passing a value on unchanged). False when the
    /// key is absent or nil; never sets <see cref="Error"/>.
    /// </summary>
    public readonly bool TryGetRaw(scoped ReadOnlySpan<byte> key, out ReadOnlySpan<byte> encodedValue)
    {
        var index = Find(key);
        encodedValue = index >= 0 ? Value(index) : default;
        return index >= 0;
    }

    /// <summary>
    /// Sets the error as a lookup would, for checks of a handler's own (a nested value of a wrong type). The first one stays.
    /// </summary>
    /// <param name="error">A code of <see cref="FpnnErrorCode"/> other than 0.</param>
    /// <param name="key">The parameter that is to blame.</param>
    public void Fail(int error, ReadOnlySpan<byte> key)
    {
        if (Failed)
            return;
        Error = error;
        _errorKey = key;
    }

    private bool Scan()
    {
        var reader = new MessagePackReader(_payload);
        if (!reader.TryReadMapHeader(out var count))
            return reader.TryReadArrayHeader(out count) && count == 0;
        if (count > MaxEntries)
            return false;
        if (count > InlineCount)
            _overflow = new Entry[count];
        Span<Entry> entries = _overflow is null ? _inline : _overflow;
        for (var i = 0; i < count; i++)
        {
            ref var entry = ref entries[i];
            if (reader.TryReadRaw(out var key, out var isBinary) && !isBinary)
                entry.KeyStart = reader.Consumed - key.Length;
            else if (isBinary || reader.TrySkip(MessagePackReader.MaxDepth - 1))
                entry.KeyStart = Absent;
            else
                return false;
            entry.ValueStart = reader.Consumed;
            if (!reader.TrySkip(MessagePackReader.MaxDepth - 1))
                return false;
            entry.ValueEnd = reader.Consumed;
        }

        _count = count;
        return true;
    }

    // The index of the first entry with this key, Absent (also when its value is nil), or MetOtherKey.
    private readonly int Find(scoped ReadOnlySpan<byte> key)
    {
        ReadOnlySpan<Entry> entries = _overflow is null ? _inline : _overflow;
        for (var i = 0; i < _count; i++)
        {
            ref readonly var entry = ref entries[i];
            if (entry.KeyStart < 0)
                return MetOtherKey;
            if (entry.ValueStart - entry.KeyStart == key.Length && _payload.Slice(entry.KeyStart, key.Length).SequenceEqual(key))
                return _payload[entry.ValueStart] == 0xc0 ? Absent : i;
        }

        return Absent;
    }

    private readonly ReadOnlySpan<byte> Value(int index)
    {
        ReadOnlySpan<Entry> entries = _overflow is null ? _inline : _overflow;
        ref readonly var entry = ref entries[index];
        return _payload[entry.ValueStart..entry.ValueEnd];
    }

    [StructLayout(LayoutKind.Auto)]
    private struct Entry
    {
        /// <summary>Where the bytes of the key start; they end where the value starts. Negative when the key is not a string.</summary>
        public int KeyStart;

        /// <summary>Where the encoded value starts.</summary>
        public int ValueStart;

        /// <summary>Where the encoded value ends.</summary>
        public int ValueEnd;
    }

    [InlineArray(InlineCount)]
    private struct InlineEntries
    {
        private Entry _first;
    }
}
