namespace Parley.Server.Hosting;

/// <summary>A door that accepts connections.</summary>
/// <param name="Name">The door's name.</param>
/// <param name="Description">What is spoken there.</param>
/// <param name="Endpoint">The <c>host:port</c> that is bound.</param>
/// <param name="IsEncrypted">Whether it speaks TLS.</param>
internal sealed record OpenDoor(string Name, string Description, string Endpoint, bool IsEncrypted);

/// <summary>How far the server is: opening, open, draining.</summary>
internal sealed class ServerState(TimeProvider time)
{
    private readonly long _startedAt = time.GetTimestamp();
    private volatile IReadOnlyList<OpenDoor> _doors = [];
    private volatile bool _isDraining;

    /// <summary>The doors that accept connections; empty while they are being opened.</summary>
    public IReadOnlyList<OpenDoor> Doors => _doors;

    /// <summary>Whether the server is about to end.</summary>
    public bool IsDraining => _isDraining;

    /// <summary>How long the server has run.</summary>
    public TimeSpan Uptime => time.GetElapsedTime(_startedAt);

    /// <summary>All doors accept connections.</summary>
    public void Open(IReadOnlyList<OpenDoor> doors) => _doors = doors;

    /// <summary>No connection is accepted any more.</summary>
    public void Drain() => _isDraining = true;

    /// <summary>The address bound by a door; null when it is off or not open yet.</summary>
    public string? Endpoint(string doorName) => _doors.FirstOrDefault(door => door.Name == doorName)?.Endpoint;
}
