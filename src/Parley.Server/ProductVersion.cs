using System.Reflection;

namespace Parley.Server;

/// <summary>The version of this program.</summary>
internal static class ProductVersion
{
    /// <summary>Major, minor, patch.</summary>
    public static string Text { get; } = Assembly.GetExecutingAssembly().GetName().Version!.ToString(3);
}
