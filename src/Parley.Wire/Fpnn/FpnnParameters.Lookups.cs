using System.Text;
using Parley.Wire.MessagePack;

namespace Parley.Wire.Fpnn;

// The typed lookups. The codes they fail with are explained at the type.
public ref partial struct FpnnParameters
{
    private enum Need
    {
        Required,
        Optional,
        OptionalOfThisType,
    }

    /// <summary>A required integer (D-1).</summary>
    public long Int64(ReadOnlySpan<byte> key, ReadOnlySpan<byte> alias = default, ReadOnlySpan<byte> alias2 = default)
    {
        TryInt64(Need.Required, key, alias, alias2, out var value);
        return value;
    }

    /// <summary>A required integer (D-1) that fits into 32 bits; else 10010.</summary>
    public int Int32(ReadOnlySpan<byte> key, ReadOnlySpan<byte> alias = default, ReadOnlySpan<byte> alias2 = default)
    {
        TryInt32(Need.Required, key, alias, alias2, out var value);
        return value;
    }

    /// <summary>A required bool (D-2).</summary>
    public bool Boolean(ReadOnlySpan<byte> key, ReadOnlySpan<byte> alias = default, ReadOnlySpan<byte> alias2 = default)
    {
        TryBoolean(Need.Required, key, alias, alias2, out var value);
        return value;
    }

    /// <summary>A required float (D-6).</summary>
    public double Double(ReadOnlySpan<byte> key, ReadOnlySpan<byte> alias = default, ReadOnlySpan<byte> alias2 = default)
    {
        TryDouble(Need.Required, key, alias, alias2, out var value);
        return value;
    }

    /// <summary>The UTF-8 bytes of a required text (D-3); invalid UTF-8 is 10010.</summary>
    public ReadOnlySpan<byte> Text(ReadOnlySpan<byte> key, ReadOnlySpan<byte> alias = default, ReadOnlySpan<byte> alias2 = default)
    {
        TryText(Need.Required, key, alias, alias2, out var value);
        return value;
    }

    /// <summary>A required text (D-3) as a string; "" after a failure.</summary>
    public string String(ReadOnlySpan<byte> key, ReadOnlySpan<byte> alias = default, ReadOnlySpan<byte> alias2 = default)
    {
        TryText(Need.Required, key, alias, alias2, out var value);
        return Encoding.UTF8.GetString(value);
    }

    /// <summary>The content of a required STR or BIN, whatever its bytes are.</summary>
    public ReadOnlySpan<byte> Bytes(ReadOnlySpan<byte> key)
    {
        TryBytes(Need.Required, key, out var value, out _);
        return value;
    }

    /// <summary>The content of a required STR or BIN, whatever its bytes are.</summary>
    /// <param name="key">The key.</param>
    /// <param name="isBinary">True when it came as BIN.</param>
    public ReadOnlySpan<byte> Bytes(ReadOnlySpan<byte> key, out bool isBinary)
    {
        TryBytes(Need.Required, key, out var value, out isBinary);
        return value;
    }

    /// <summary>A required list (D-5) of integers (D-1); one element that does not convert is 10010. Empty after a failure.</summary>
    public long[] Int64List(ReadOnlySpan<byte> key, ReadOnlySpan<byte> alias = default, ReadOnlySpan<byte> alias2 = default) =>
        TryInt64List(Need.Required, key, alias, alias2, out var value) ? value : [];

    /// <summary>A required list (D-5) of texts (D-3); one element that does not convert is 10010. Empty after a failure.</summary>
    public string[] StringList(ReadOnlySpan<byte> key, ReadOnlySpan<byte> alias = default, ReadOnlySpan<byte> alias2 = default) =>
        TryStringList(Need.Required, key, alias, alias2, out var value) ? value : [];

    /// <summary>
    /// A required map of texts to texts (D-3); a key or value that does not convert is 10010. Entries whose value is nil are left out
    /// (D-4); of duplicate keys the last one wins. Empty after a failure.
    /// </summary>
    public Dictionary<string, string> StringMap(ReadOnlySpan<byte> key) =>
        TryStringMap(Need.Required, key, out var value) ? value : [];

    /// <summary>An optional integer (D-1).</summary>
    public long Int64OrDefault(ReadOnlySpan<byte> key, long fallback = 0, bool ignoreWrongType = false) =>
        TryInt64(Optional(ignoreWrongType), key, default, default, out var value) ? value : fallback;

    /// <summary>An optional integer (D-1), null when none of the keys is present.</summary>
    public long? Int64OrNull(
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> alias = default,
        ReadOnlySpan<byte> alias2 = default,
        bool ignoreWrongType = false) =>
        TryInt64(Optional(ignoreWrongType), key, alias, alias2, out var value) ? value : null;

    /// <summary>An optional integer (D-1) that fits into 32 bits; else 10010.</summary>
    public int Int32OrDefault(ReadOnlySpan<byte> key, int fallback = 0, bool ignoreWrongType = false) =>
        TryInt32(Optional(ignoreWrongType), key, default, default, out var value) ? value : fallback;

    /// <summary>An optional bool (D-2).</summary>
    public bool BooleanOrDefault(ReadOnlySpan<byte> key, bool fallback = false, bool ignoreWrongType = false) =>
        TryBoolean(Optional(ignoreWrongType), key, default, default, out var value) ? value : fallback;

    /// <summary>An optional float (D-6).</summary>
    public double DoubleOrDefault(ReadOnlySpan<byte> key, double fallback = 0, bool ignoreWrongType = false) =>
        TryDouble(Optional(ignoreWrongType), key, default, default, out var value) ? value : fallback;

    /// <summary>The UTF-8 bytes of an optional text (D-3).</summary>
    public ReadOnlySpan<byte> TextOrEmpty(
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> alias = default,
        ReadOnlySpan<byte> alias2 = default,
        bool ignoreWrongType = false)
    {
        TryText(Optional(ignoreWrongType), key, alias, alias2, out var value);
        return value;
    }

    /// <summary>An optional text (D-3), null when none of the keys is present.</summary>
    public string? StringOrNull(
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> alias = default,
        ReadOnlySpan<byte> alias2 = default,
        bool ignoreWrongType = false) =>
        TryText(Optional(ignoreWrongType), key, alias, alias2, out var value) ? Encoding.UTF8.GetString(value) : null;

    /// <summary>An optional text (D-3), "" when none of the keys is present.</summary>
    public string StringOrEmpty(
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> alias = default,
        ReadOnlySpan<byte> alias2 = default,
        bool ignoreWrongType = false) =>
        TryText(Optional(ignoreWrongType), key, alias, alias2, out var value) ? Encoding.UTF8.GetString(value) : string.Empty;

    /// <summary>The content of an optional STR or BIN, whatever its bytes are.</summary>
    public ReadOnlySpan<byte> BytesOrEmpty(ReadOnlySpan<byte> key, bool ignoreWrongType = false)
    {
        TryBytes(Optional(ignoreWrongType), key, out var value, out _);
        return value;
    }

    /// <summary>The content of an optional STR or BIN, whatever its bytes are.</summary>
    /// <param name="key">The key.</param>
    /// <param name="isBinary">True when it came as BIN.</param>
    /// <param name="ignoreWrongType">Whether a wrong type counts as absent.</param>
    public ReadOnlySpan<byte> BytesOrEmpty(ReadOnlySpan<byte> key, out bool isBinary, bool ignoreWrongType = false)
    {
        TryBytes(Optional(ignoreWrongType), key, out var value, out isBinary);
        return value;
    }

    /// <summary>An optional list (D-5) of integers (D-1), null when none of the keys is present.</summary>
    public long[]? Int64ListOrNull(
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> alias = default,
        ReadOnlySpan<byte> alias2 = default,
        bool ignoreWrongType = false) =>
        TryInt64List(Optional(ignoreWrongType), key, alias, alias2, out var value) ? value : null;

    /// <summary>An optional list (D-5) of texts (D-3), null when none of the keys is present.</summary>
    public string[]? StringListOrNull(
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> alias = default,
        ReadOnlySpan<byte> alias2 = default,
        bool ignoreWrongType = false) =>
        TryStringList(Optional(ignoreWrongType), key, alias, alias2, out var value) ? value : null;

    /// <summary>An optional map of texts to texts, as <see cref="StringMap"/>; null when the key is absent.</summary>
    public Dictionary<string, string>? StringMapOrNull(ReadOnlySpan<byte> key, bool ignoreWrongType = false) =>
        TryStringMap(Optional(ignoreWrongType), key, out var value) ? value : null;

    private static Need Optional(bool ignoreWrongType) => ignoreWrongType ? Need.OptionalOfThisType : Need.Optional;

    private bool TryInt64(
        Need need, ReadOnlySpan<byte> key, ReadOnlySpan<byte> alias, ReadOnlySpan<byte> alias2, out long value)
    {
        value = 0;
        if (!Locate(need, ref key, alias, alias2, out var reader))
            return false;
        return FpnnValue.TryReadInt64(ref reader, out value) || WrongType(need, key);
    }

    private bool TryInt32(
        Need need, ReadOnlySpan<byte> key, ReadOnlySpan<byte> alias, ReadOnlySpan<byte> alias2, out int value)
    {
        value = 0;
        if (!Locate(need, ref key, alias, alias2, out var reader))
            return false;
        if (!FpnnValue.TryReadInt64(ref reader, out var wide) || wide is < int.MinValue or > int.MaxValue)
            return WrongType(need, key);
        value = (int)wide;
        return true;
    }

    private bool TryBoolean(
        Need need, ReadOnlySpan<byte> key, ReadOnlySpan<byte> alias, ReadOnlySpan<byte> alias2, out bool value)
    {
        value = false;
        if (!Locate(need, ref key, alias, alias2, out var reader))
            return false;
        return FpnnValue.TryReadBoolean(ref reader, out value) || WrongType(need, key);
    }

    private bool TryDouble(
        Need need, ReadOnlySpan<byte> key, ReadOnlySpan<byte> alias, ReadOnlySpan<byte> alias2, out double value)
    {
        value = 0;
        if (!Locate(need, ref key, alias, alias2, out var reader))
            return false;
        return FpnnValue.TryReadDouble(ref reader, out value) || WrongType(need, key);
    }

    private bool TryText(
        Need need, ReadOnlySpan<byte> key, ReadOnlySpan<byte> alias, ReadOnlySpan<byte> alias2, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!Locate(need, ref key, alias, alias2, out var reader))
            return false;
        return FpnnValue.TryReadText(ref reader, out value) || WrongType(need, key);
    }

    private bool TryBytes(Need need, ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value, out bool isBinary)
    {
        value = default;
        isBinary = false;
        if (!Locate(need, ref key, default, default, out var reader))
            return false;
        if (reader.TryReadRaw(out value, out isBinary))
            return true;
        isBinary = false;
        return WrongType(need, key);
    }

    private bool TryInt64List(
        Need need, ReadOnlySpan<byte> key, ReadOnlySpan<byte> alias, ReadOnlySpan<byte> alias2, out long[] value)
    {
        value = [];
        if (!Locate(need, ref key, alias, alias2, out var reader))
            return false;
        if (!FpnnValue.TryReadListHeader(ref reader, out var count, out var isMap))
            return WrongType(need, key);
        var list = count == 0 ? [] : new long[count];
        for (var i = 0; i < count; i++)
        {
            if (!FpnnValue.TryReadInt64(ref reader, out list[i]) || (isMap && !reader.TrySkip()))
                return WrongType(need, key);
        }

        value = list;
        return true;
    }

    private bool TryStringList(
        Need need, ReadOnlySpan<byte> key, ReadOnlySpan<byte> alias, ReadOnlySpan<byte> alias2, out string[] value)
    {
        value = [];
        if (!Locate(need, ref key, alias, alias2, out var reader))
            return false;
        if (!FpnnValue.TryReadListHeader(ref reader, out var count, out var isMap))
            return WrongType(need, key);
        var list = count == 0 ? [] : new string[count];
        for (var i = 0; i < count; i++)
        {
            if (!FpnnValue.TryReadString(ref reader, out list[i]) || (isMap && !reader.TrySkip()))
                return WrongType(need, key);
        }

        value = list;
        return true;
    }

    private bool TryStringMap(Need need, ReadOnlySpan<byte> key, out Dictionary<string, string> value)
    {
        value = [];
        if (!Locate(need, ref key, default, default, out var reader))
            return false;
        if (!reader.TryReadMapHeader(out var count))
            return WrongType(need, key);
        var map = new Dictionary<string, string>(count, StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            if (!FpnnValue.TryReadString(ref reader, out var name))
                return WrongType(need, key);
            if (reader.TryReadNil())
                continue;
            if (!FpnnValue.TryReadString(ref reader, out var text))
                return WrongType(need, key);
            map[name] = text;
        }

        value = map;
        return true;
    }

    // Finds the first key that is present and leaves it in key; a required one that is missing becomes the error.
    private bool Locate(
        Need need,
        scoped ref ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> alias,
        ReadOnlySpan<byte> alias2,
        out MessagePackReader reader)
    {
        reader = default;
        if (Failed)
            return false;
        var index = Find(key);
        if (index == Absent && !alias.IsEmpty)
        {
            index = Find(alias);
            if (index >= 0)
                key = alias;
        }

        if (index == Absent && !alias2.IsEmpty)
        {
            index = Find(alias2);
            if (index >= 0)
                key = alias2;
        }

        if (index >= 0)
        {
            reader = new MessagePackReader(Value(index));
            return true;
        }

        if (index == MetOtherKey && need != Need.OptionalOfThisType)
            Fail(FpnnErrorCode.KeyNotString, key);
        else if (need == Need.Required)
            Fail(FpnnErrorCode.KeyNotFound, key);
        return false;
    }

    private bool WrongType(Need need, ReadOnlySpan<byte> key)
    {
        if (need != Need.OptionalOfThisType)
            Fail(FpnnErrorCode.WrongType, key);
        return false;
    }
}
