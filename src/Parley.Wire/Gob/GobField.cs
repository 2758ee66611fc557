namespace Parley.Wire.Gob;

/// <summary>A field with its value, of one of the built-in types.</summary>
internal readonly ref struct GobField
{
    private readonly GobType _type;
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly long _number;

    private GobField(ReadOnlySpan<byte> name, GobType type, ReadOnlySpan<byte> bytes, long number)
    {
        Name = name;
        _type = type;
        _bytes = bytes;
        _number = number;
    }

    /// <summary>The name by the sender's description.</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>Reads the value that follows. False for a type that is not built in, or short data.</summary>
    public static bool TryRead(scoped ref GobReader reader, ReadOnlySpan<byte> name, long type, out GobField field)
    {
        field = default;
        if (type is < (long)GobType.Bool or > (long)GobType.String)
            return false;
        ReadOnlySpan<byte> bytes = default;
        long number = 0;
        var isRead = (GobType)type switch
        {
            GobType.Bytes or GobType.String => reader.TryReadBytes(out bytes),
            GobType.Int => reader.TryReadSigned(out number),
            _ => reader.TryReadUnsigned(out _),
        };
        field = new GobField(name, (GobType)type, bytes, number);
        return isRead;
    }

    /// <summary>The value as a number; false when it has another type or more than 32 bits.</summary>
    public bool TryGet(out int number)
    {
        number = unchecked((int)_number);
        return _type == GobType.Int && number == _number;
    }

    /// <summary>The value as a text or as bytes, pointing into the frame; false when it has another type.</summary>
    public bool TryGet(GobType type, out ReadOnlySpan<byte> bytes)
    {
        bytes = _bytes;
        return _type == type;
    }
}
