using System.Diagnostics;

namespace Parley.Core.Messaging;

/// <summary>Where the spans around a message's path come from.</summary>
public static class CoreActivities
{
    /// <summary>The source; listen to it by its name, <c>Parley.Core</c>.</summary>
    public static ActivitySource Source { get; } = new("Parley.Core");
}
