using System.ComponentModel.DataAnnotations;
using Parley.Core.Projects;

namespace Parley.Server.Settings;

/// <summary>A project in the settings: made at start when it is not there, brought up to date when it is.</summary>
internal sealed record ProjectEntry
{
    /// <summary>The project's id.</summary>
    [Range(1, long.MaxValue)]
    public long Pid { get; init; }

    /// <summary>A name for people.</summary>
    [MaxLength(100)]
    public string Name { get; init; } = "";

    /// <summary>The secret by which back ends sign; "" = the one that is stored, or a random one for a new project.</summary>
    [MaxLength(256)]
    public string Secret { get; init; } = "";

    /// <summary>Users who may broadcast and cannot log in as clients.</summary>
    public IReadOnlyList<long> AdminUserIds { get; init; } = [];

    /// <summary>Limits and options.</summary>
    public ProjectSettings Settings { get; init; } = new();

    /// <inheritdoc/>
    public override string ToString() => $"ProjectEntry {Pid} ({Name})";
}
