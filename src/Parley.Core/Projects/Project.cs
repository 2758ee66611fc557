namespace Parley.Core.Projects;

/// <summary>A tenant. Nothing crosses projects.</summary>
public sealed record Project
{
    /// <summary>The project's id (<c>pid</c>), greater than 0.</summary>
    public required long Id { get; init; }

    /// <summary>A name for people.</summary>
    public string Name { get; init; } = "";

    /// <summary>The secret by which back ends sign. Never logged.</summary>
    public required string Secret { get; init; }

    /// <summary>Users who may broadcast, are exempt from membership and bans, and cannot log in as clients.</summary>
    public IReadOnlyList<long> AdminUserIds { get; init; } = [];

    /// <summary>Limits and options.</summary>
    public ProjectSettings Settings { get; init; } = new();

    /// <summary>Whether the user is one of the project's admin ids.</summary>
    public bool IsAdmin(long userId)
    {
        for (var i = 0; i < AdminUserIds.Count; i++)
        {
            if (AdminUserIds[i] == userId)
                return true;
        }
        return false;
    }

    /// <summary>Everything but the secret.</summary>
    public override string ToString() => $"Project {Id} ({Name})";
}
