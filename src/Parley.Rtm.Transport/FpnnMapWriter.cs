using Parley.Wire.MessagePack;

namespace Parley.Rtm.Transport;

/// <summary>
/// Writes the payload of one package: a map with string keys. The header is written by the one who hands the writer out, so entries can
/// be added one after the other. Keys are UTF-8 (<c>"uid"u8</c>). Not to be kept after the call it was handed to.
/// </summary>
public sealed class FpnnMapWriter
{
    private const int MaxSmallMap = 15;

    private readonly PooledBufferWriter _output;
    private readonly int _start;
    private int _count;

    internal FpnnMapWriter(PooledBufferWriter output)
    {
        _output = output;
        _start = output.WrittenCount;
        output.Write([0x80]);
    }

    /// <summary>How many entries were added.</summary>
    public int Count => _count;

    /// <summary>Adds an integer.</summary>
    public FpnnMapWriter Add(ReadOnlySpan<byte> key, long value)
    {
        var pack = Key(key);
        pack.Write(value);
        pack.Flush();
        return this;
    }

    /// <summary>Adds a bool.</summary>
    public FpnnMapWriter Add(ReadOnlySpan<byte> key, bool value)
    {
        var pack = Key(key);
        pack.Write(value);
        pack.Flush();
        return this;
    }

    /// <summary>Adds a float64, also when the value is integral.</summary>
    public FpnnMapWriter Add(ReadOnlySpan<byte> key, double value)
    {
        var pack = Key(key);
        pack.Write(value);
        pack.Flush();
        return this;
    }

    /// <summary>Adds a text.</summary>
    public FpnnMapWriter Add(ReadOnlySpan<byte> key, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var pack = Key(key);
        pack.WriteString(value.AsSpan());
        pack.Flush();
        return this;
    }

    /// <summary>Adds a text, or nothing when it is null.</summary>
    public FpnnMapWriter AddIfAny(ReadOnlySpan<byte> key, string? value) => value is null ? this : Add(key, value);

    /// <summary>Adds an integer, or nothing when it is null.</summary>
    public FpnnMapWriter AddIfAny(ReadOnlySpan<byte> key, long? value) => value is { } number ? Add(key, number) : this;

    /// <summary>Adds a text that is UTF-8 already.</summary>
    public FpnnMapWriter AddText(ReadOnlySpan<byte> key, ReadOnlySpan<byte> utf8)
    {
        var pack = Key(key);
        pack.WriteString(utf8);
        pack.Flush();
        return this;
    }

    /// <summary>Adds bytes as BIN.</summary>
    public FpnnMapWriter AddBinary(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var pack = Key(key);
        pack.WriteBinary(value);
        pack.Flush();
        return this;
    }

    /// <summary>Adds a list of integers; an empty one is written too.</summary>
    public FpnnMapWriter Add(ReadOnlySpan<byte> key, IReadOnlyCollection<long> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var pack = Key(key);
        pack.WriteArrayHeader(values.Count);
        foreach (var value in values)
            pack.Write(value);
        pack.Flush();
        return this;
    }

    /// <summary>Adds a list of texts; an empty one is written too.</summary>
    public FpnnMapWriter Add(ReadOnlySpan<byte> key, IReadOnlyCollection<string> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var pack = Key(key);
        pack.WriteArrayHeader(values.Count);
        foreach (var value in values)
            pack.WriteString(value.AsSpan());
        pack.Flush();
        return this;
    }

    /// <summary>Adds a map of texts to texts.</summary>
    public FpnnMapWriter Add(ReadOnlySpan<byte> key, IReadOnlyDictionary<string, string> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var pack = Key(key);
        pack.WriteMapHeader(values.Count);
        foreach (var (name, value) in values)
        {
            pack.WriteString(name.AsSpan());
            pack.WriteString(value.AsSpan());
        }

        pack.Flush();
        return this;
    }

    /// <summary>Adds a value that is MessagePack already; it must be exactly one value.</summary>
    public FpnnMapWriter AddEncoded(ReadOnlySpan<byte> key, ReadOnlySpan<byte> encoded)
    {
        var pack = Key(key);
        pack.WriteRaw(encoded);
        pack.Flush();
        return this;
    }

    /// <summary>Writes the number of entries into the header.</summary>
    internal void End()
    {
        if (_count > MaxSmallMap)
        {
            _output.Write([0, 0]);
            var wide = _output.GetWrittenSpan(_start);
            wide[1..^2].CopyTo(wide[3..]);
            wide[0] = 0xde;
            wide[1] = (byte)(_count >> 8);
            wide[2] = (byte)_count;
            return;
        }

        _output.GetWrittenSpan(_start)[0] = (byte)(0x80 | _count);
    }

    private MessagePackWriter Key(ReadOnlySpan<byte> key)
    {
        if (_count == ushort.MaxValue)
            throw new InvalidOperationException("A payload has at most 65535 entries.");
        _count++;
        var pack = new MessagePackWriter(_output);
        pack.WriteString(key);
        return pack;
    }
}
