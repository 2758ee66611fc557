using System.Collections;
using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Parley.Wire.GoIm;

namespace Parley.Gateways.GoIm.Connections;

/// <summary>
/// Takes one request. What it needs of the request it copies before it waits. It completes when the next request of the connection may
/// be taken; the answer may follow later.
/// </summary>
internal delegate ValueTask GoImHandler(GoImCall call, GoImRequest request);

/// <summary>A command of the protocol.</summary>
/// <param name="name">Its name.</param>
/// <param name="response">The name of the response; "" when there is none.</param>
/// <param name="arguments">How many arguments it needs, none of them empty unless <see cref="MayBeEmpty"/> says so.</param>
/// <param name="needsLogin">Whether only logged-in connections may use it.</param>
/// <param name="handler">What takes it.</param>
internal sealed class GoImCommand(string name, string response, int arguments, bool needsLogin, GoImHandler handler)
{
    private long _succeeded;
    private long _failed;

    public string Name { get; } = name;

    public byte[] Response { get; } = Encoding.UTF8.GetBytes(response);

    public int Arguments { get; } = arguments;

    public bool NeedsLogin { get; } = needsLogin;

    public GoImHandler Handler { get; } = handler;

    /// <summary>The argument that may be empty, such as a message's content; -1 = none.</summary>
    public int MayBeEmpty { get; init; } = -1;

    /// <summary>What a client is told when the store, or something else of ours, fails.</summary>
    public byte[] Fault { get; init; } = GoImFailures.Error.ToArray();

    /// <summary>Whether the connection ends when that happens.</summary>
    public bool EndsAtFault { get; init; }

    /// <summary>Whether it counts against the connection's allowance.</summary>
    public bool IsLimited { get; init; } = true;

    public long Succeeded => Volatile.Read(ref _succeeded);

    public long Failed => Volatile.Read(ref _failed);

    /// <summary>Whether an argument that the command needs is missing (goim-json §5.1 steps 2 and 3).</summary>
    public bool Lacks(in GoImRequest request)
    {
        if (request.Count < Arguments)
            return true;
        for (var i = 0; i < Arguments; i++)
        {
            if (i != MayBeEmpty && request.IsEmpty(i))
                return true;
        }
        return false;
    }

    public void Count(bool ok) => Interlocked.Increment(ref ok ? ref _succeeded : ref _failed);
}

/// <summary>The commands of one door, found by the name's bytes without making a string.</summary>
internal sealed class GoImTable : IEnumerable<GoImCommand>
{
    private const int LongestName = 64;

    private readonly List<GoImCommand> _rows = [];
    private FrozenDictionary<string, GoImCommand> _byName = FrozenDictionary<string, GoImCommand>.Empty;

    /// <summary>Adds a command; only while the table is being made.</summary>
    public void Add(GoImCommand command)
    {
        _rows.Add(command);
        _byName = _rows.ToFrozenDictionary(row => row.Name, StringComparer.Ordinal);
    }

    /// <summary>Finds a command. Names are ASCII; others are unknown.</summary>
    public bool TryFind(ReadOnlySpan<byte> name, [NotNullWhen(true)] out GoImCommand? command)
    {
        command = null;
        if (name.Length > LongestName)
            return false;
        Span<char> chars = stackalloc char[LongestName];
        for (var i = 0; i < name.Length; i++)
            chars[i] = (char)name[i];
        return _byName.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(chars[..name.Length], out command);
    }

    public IEnumerator<GoImCommand> GetEnumerator() => _rows.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
