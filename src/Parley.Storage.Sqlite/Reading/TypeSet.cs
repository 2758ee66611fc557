namespace Parley.Storage.Sqlite.Reading;

/// <summary>A set of message types.</summary>
internal readonly struct TypeSet
{
    private readonly UInt128 _low;
    private readonly UInt128 _high;
    private readonly bool _all;

    /// <summary>The given types; null = all.</summary>
    public TypeSet(IReadOnlyList<byte>? types)
    {
        _all = types is null;
        for (var i = 0; types is not null && i < types.Count; i++)
        {
            if (types[i] < 128)
                _low |= UInt128.One << types[i];
            else
                _high |= UInt128.One << (types[i] - 128);
        }
    }

    /// <summary>Whether the type belongs to the set.</summary>
    public bool Contains(byte type) =>
        _all || ((type < 128 ? _low >> type : _high >> (type - 128)) & UInt128.One) != UInt128.Zero;
}
