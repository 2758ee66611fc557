using System.Reflection;
using Parley.Core.Projects;

namespace Parley.Server.Settings;

/// <summary>The ranges that <see cref="ProjectSettings"/> states in its documentation.</summary>
internal static class ProjectSettingsLimits
{
    /// <summary>Most words of <see cref="ProjectSettings.SensitiveWords"/>.</summary>
    public const int SensitiveWords = 200;

    private static readonly Dictionary<string, (long Min, long Max)> Ranges = new(StringComparer.Ordinal)
    {
        [nameof(ProjectSettings.TokenLifetimeSeconds)] = (60, 315_360_000),
        [nameof(ProjectSettings.DuplicateWindowSeconds)] = (0, 3600),
        [nameof(ProjectSettings.RetentionDays)] = (0, 36_500),
        [nameof(ProjectSettings.RetentionCount)] = (0, 1_000_000_000),
        [nameof(ProjectSettings.MessageBytes)] = (1, 4_000_000),
        [nameof(ProjectSettings.AttributeBytes)] = (0, 1_000_000),
        [nameof(ProjectSettings.FileBytes)] = (1, 1_073_741_824),
        [nameof(ProjectSettings.FilesPerSecond)] = (0, int.MaxValue),
        [nameof(ProjectSettings.FileTokenSeconds)] = (1, 86_400),
        [nameof(ProjectSettings.Receivers)] = (1, 100_000),
        [nameof(ProjectSettings.Friends)] = (0, int.MaxValue),
        [nameof(ProjectSettings.Blocks)] = (0, int.MaxValue),
        [nameof(ProjectSettings.Groups)] = (0, int.MaxValue),
        [nameof(ProjectSettings.GroupMembers)] = (1, 1_000_000),
        [nameof(ProjectSettings.RoomsPerUser)] = (0, int.MaxValue),
        [nameof(ProjectSettings.UserCallsPerSecond)] = (0, int.MaxValue),
        [nameof(ProjectSettings.UserCallBurst)] = (1, int.MaxValue),
        [nameof(ProjectSettings.ServerCallsPerSecond)] = (0, int.MaxValue),
        [nameof(ProjectSettings.RememberedSigns)] = (0, 10_000_000),
        [nameof(ProjectSettings.FloodMessages)] = (0, int.MaxValue),
        [nameof(ProjectSettings.FloodWindowSeconds)] = (1, 3600),
        [nameof(ProjectSettings.PageRowElements)] = (8, 9),
    };

    /// <summary>The range of a property of <see cref="ProjectSettings"/>; null for others.</summary>
    public static (long Min, long Max)? Find(PropertyInfo property) =>
        property.DeclaringType == typeof(ProjectSettings) && Ranges.TryGetValue(property.Name, out var range) ? range : null;
}
