using System.Text.RegularExpressions;

namespace Parley.Server.Tests.Settings;

public sealed partial class SettingsDocumentTests
{
    [Fact]
    public void Every_setting_has_its_row_with_default_and_range_and_there_are_no_others()
    {
        var told = File.ReadLines(DocumentPath()).Select(static line => Row().Match(line)).Where(static match => match.Success)
            .Select(static match => $"{match.Groups["key"].Value} | {match.Groups["default"].Value.Trim('`')} | {match.Groups["allowed"].Value}");
        var wanted = SettingsReference.All.Select(static row => $"{row.Key} | {row.Default} | {row.Allowed.Replace("|", "\\|", StringComparison.Ordinal)}");
        Assert.Equal(wanted.Order(StringComparer.Ordinal), told.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_row_says_what_the_setting_means()
    {
        var rows = File.ReadLines(DocumentPath()).Select(static line => Row().Match(line)).Where(static match => match.Success).ToList();
        Assert.NotEmpty(rows);
        Assert.All(rows, static match => Assert.True(match.Groups["meaning"].Length > 10, match.Value));
    }

    private static string DocumentPath()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Parley.slnx")))
            directory = directory.Parent!;
        return Path.Combine(directory.FullName, "docs", "settings.md");
    }

    [GeneratedRegex(@"^\| `(?<key>Parley:[^`]+)` \| (?<default>.*?) \| (?<allowed>.*?) \| (?<meaning>.*) \|$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Row();
}
