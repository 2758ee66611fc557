using System.Collections;
using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Parley.Gateways.Rtm.Fpnn;

/// <summary>The methods of one gateway, found by the name's bytes without making a string.</summary>
internal sealed class QuestTable : IEnumerable<QuestMethod>
{
    private readonly List<QuestMethod> _rows = [];
    private FrozenDictionary<string, QuestMethod>? _byName;
    private FrozenDictionary<string, QuestMethod>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    /// <summary>Adds a row; only while the table is being made.</summary>
    public void Add(string name, QuestAccess access, QuestHandler handler) => _rows.Add(new(name, access, handler));

    /// <summary>Adds a row for a method whose payload is taken piece by piece; only while the table is being made.</summary>
    public void Add(string name, QuestAccess access, UploadHandler upload) => _rows.Add(new(name, access, NotWhole, upload));

    /// <summary>Finds a method. Names are ASCII; others are unknown.</summary>
    public bool TryFind(ReadOnlySpan<byte> name, [NotNullWhen(true)] out QuestMethod? method)
    {
        if (_byName is null)
            Freeze();
        Span<char> chars = stackalloc char[32];
        if (name.Length > chars.Length)
        {
            method = null;
            return false;
        }
        for (var i = 0; i < name.Length; i++)
            chars[i] = (char)name[i];
        return _lookup.TryGetValue(chars[..name.Length], out method);
    }

    public IEnumerator<QuestMethod> GetEnumerator() => _rows.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static ValueTask NotWhole(Quest quest, ref Wire.Fpnn.FpnnParameters parameters) =>
        throw new InvalidOperationException($"The payload of {quest.Method.Name} is taken piece by piece.");

    private void Freeze()
    {
        var byName = _rows.ToFrozenDictionary(row => row.Name, StringComparer.Ordinal);
        _lookup = byName.GetAlternateLookup<ReadOnlySpan<char>>();
        _byName = byName;
    }
}
