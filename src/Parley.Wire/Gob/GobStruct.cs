namespace Parley.Wire.Gob;

/// <summary>What <see cref="GobStruct.Next"/> met.</summary>
internal enum GobStep : byte
{
    /// <summary>A field.</summary>
    Field,

    /// <summary>The end of the value, and of its message.</summary>
    End,

    /// <summary>A decode error.</summary>
    Broken,
}

/// <summary>
/// The one value of a frame: <c>{ length · -type id · description } length · type id · fields</c> (openim §8.4). Fields are walked by the
/// sender's own description, in place; nothing is allocated, and a frame costs no more than two passes over it.
/// </summary>
internal ref struct GobStruct
{
    private readonly int _count;
    private GobReader _descriptions;
    private GobReader _value;
    private int _index = -1;

    private GobStruct(GobDescription description, GobReader value)
    {
        _count = description.Count;
        _descriptions = description.Fields;
        _value = value;
    }

    /// <summary>
    /// Finds the value and its description. False when a description is broken or of another kind than a struct, when the type of the
    /// value is not described or described twice, and when the frame ends early or goes on behind the value.
    /// </summary>
    public static bool TryOpen(ReadOnlySpan<byte> frame, out GobStruct value)
    {
        value = default;
        var frameReader = new GobReader(frame);
        while (frameReader.TryReadBytes(out var message))
        {
            var reader = new GobReader(message);
            if (!reader.TryReadSigned(out var id))
                return false;
            if (id < 0)
            {
                if (!IsTypeId(-id) || !GobDescription.TryRead(reader, -id, out _))
                    return false;
                continue;
            }
            if (frameReader.Remaining > 0 || !IsTypeId(id) || !TryFind(frame, id, out var description))
                return false;
            value = new GobStruct(description, reader);
            return true;
        }
        return false;
    }

    /// <summary>Goes to the next field that has a value.</summary>
    public GobStep Next(out GobField field)
    {
        field = default;
        var before = _index;
        if (!_value.TryStep(ref _index, _count, out var isField))
            return GobStep.Broken;
        if (!isField)
            return _value.Remaining == 0 ? GobStep.End : GobStep.Broken;
        ReadOnlySpan<byte> name = default;
        long type = 0;
        for (; before < _index; before++)
        {
            if (!GobDescription.TryReadNamed(ref _descriptions, out name, out type))
                return GobStep.Broken;
        }
        return GobField.TryRead(ref _value, name, type, out field) ? GobStep.Field : GobStep.Broken;
    }

    // Ids of user types; in Go they are 32-bit numbers too.
    private static bool IsTypeId(long id) => id is > (long)GobType.String and <= int.MaxValue;

    // Every message before the value is a description that was checked already.
    private static bool TryFind(ReadOnlySpan<byte> frame, long id, out GobDescription description)
    {
        description = default;
        var isFound = false;
        var frameReader = new GobReader(frame);
        while (frameReader.TryReadBytes(out var message))
        {
            var reader = new GobReader(message);
            if (!reader.TryReadSigned(out var negative) || negative != -id)
                continue;
            if (isFound || !GobDescription.TryRead(reader, id, out description))
                return false;
            isFound = true;
        }
        return isFound;
    }
}
