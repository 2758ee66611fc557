namespace Parley.Wire.Beehive;

/// <summary>Walks over the fields of a protobuf message. It takes and refuses what the protobuf library does.</summary>
internal ref struct BeehiveFieldReader(ReadOnlySpan<byte> bytes)
{
    private const int MaxDepth = 100;
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Delimited = 2;
    private const int StartGroup = 3;
    private const int EndGroup = 4;
    private const int Fixed32 = 5;

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Position { get; private set; }

    public readonly bool IsAtEnd => Position == _bytes.Length;

    /// <summary>Reads one field, or skips it when it is neither a varint nor delimited.</summary>
    /// <param name="field">The number of the field.</param>
    /// <param name="isText">False for a varint, true for a delimited field, null for one that was skipped.</param>
    /// <param name="number">The varint.</param>
    /// <param name="value">The bytes of a delimited field.</param>
    public bool TryReadField(out uint field, out bool? isText, out ulong number, out ReadOnlySpan<byte> value)
    {
        isText = null;
        number = 0;
        value = default;
        if (!TryReadTag(out field, out var type))
            return false;
        switch (type)
        {
            case Varint:
                isText = false;
                return TryReadVarint(out number);
            case Delimited:
                isText = true;
                return TryReadDelimited(out value);
            default:
                return TrySkip(field, type, depth: 1);
        }
    }

    private bool TryReadTag(out uint field, out int type)
    {
        var isRead = TryReadVarint(out var tag);
        field = (uint)tag >> 3;
        type = (int)(tag & 7);
        return isRead && field != 0;
    }

    private bool TryReadVarint(out ulong number)
    {
        number = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (IsAtEnd)
                return false;
            var part = _bytes[Position++];
            number |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
                return true;
        }
        return false;
    }

    private bool TryReadDelimited(out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!TryReadVarint(out var number))
            return false;
        var length = (int)number; // the upper half is dropped, as the library does
        if (length < 0 || length > _bytes.Length - Position)
            return false;
        value = _bytes.Slice(Position, length);
        Position += length;
        return true;
    }

    private bool TrySkip(uint field, int type, int depth)
    {
        switch (type)
        {
            case Varint:
                return TryReadVarint(out _);
            case Fixed64:
                return TryAdvance(8);
            case Delimited:
                return TryReadDelimited(out _);
            case StartGroup:
                return depth <= MaxDepth && TrySkipGroup(field, depth);
            case Fixed32:
                return TryAdvance(4);
            default:
                return false;
        }
    }

    private bool TrySkipGroup(uint group, int depth)
    {
        while (TryReadTag(out var field, out var type))
        {
            if (type == EndGroup)
                return field == group;
            if (!TrySkip(field, type, depth + 1))
                return false;
        }
        return false;
    }

    private bool TryAdvance(int length)
    {
        if (length > _bytes.Length - Position)
            return false;
        Position += length;
        return true;
    }
}
