namespace Parley.Wire.Gob;

/// <summary>
/// The description of a struct type (openim §8.4): <c>03 · 01 common 01 count field… 00 · 00</c>, where the common part and each field
/// are <c>[01 name] [01 signed id] 00</c>. Zero values may be left out as in any struct.
/// </summary>
internal readonly ref struct GobDescription
{
    private const int WireTypeFields = 7;
    private const int StructType = 2;
    private const int StructTypeFields = 2;
    private const int NamedFields = 2;

    private GobDescription(GobReader fields, int count)
    {
        Fields = fields;
        Count = count;
    }

    /// <summary>Stands before the first field; each is read with <see cref="TryReadNamed"/> and is known to be whole.</summary>
    public GobReader Fields { get; }

    /// <summary>How many fields there are.</summary>
    public int Count { get; }

    /// <summary>Reads the rest of a description message. False when it is no struct, broken, or followed by bytes.</summary>
    /// <param name="reader">Stands behind the type id of the message.</param>
    /// <param name="id">The type that is described; the common part must say the same.</param>
    /// <param name="description">The description.</param>
    public static bool TryRead(GobReader reader, long id, out GobDescription description)
    {
        description = default;
        var index = -1;
        return reader.TryStep(ref index, WireTypeFields, out var isField) && isField && index == StructType
            && TryReadStruct(ref reader, id, out description)
            && reader.TryReadUnsigned(out var end) && end == 0 && reader.Remaining == 0;
    }

    /// <summary>Reads a name and a type id: a field, or the common part.</summary>
    public static bool TryReadNamed(scoped ref GobReader reader, out ReadOnlySpan<byte> name, out long id)
    {
        name = default;
        id = 0;
        var index = -1;
        while (reader.TryStep(ref index, NamedFields, out var isField))
        {
            if (!isField)
                return true;
            if (index == 0 ? !reader.TryReadBytes(out name) : !reader.TryReadSigned(out id))
                return false;
        }
        return false;
    }

    private static bool TryReadStruct(scoped ref GobReader reader, long id, out GobDescription description)
    {
        description = default;
        long described = 0;
        var index = -1;
        while (reader.TryStep(ref index, StructTypeFields, out var isField))
        {
            if (!isField)
                return described == id;
            if (index == 0 ? !TryReadNamed(ref reader, out _, out described) : !TryReadFields(ref reader, out description))
                return false;
        }
        return false;
    }

    private static bool TryReadFields(scoped ref GobReader reader, out GobDescription description)
    {
        description = default;
        if (!reader.TryReadUnsigned(out var count) || count > (ulong)reader.Remaining)
            return false;
        var fields = reader;
        for (ulong i = 0; i < count; i++)
        {
            if (!TryReadNamed(ref reader, out _, out _))
                return false;
        }
        description = new GobDescription(fields, (int)count);
        return true;
    }
}
