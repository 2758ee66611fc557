using Parley.Core.Projects;
using Parley.Storage.Sqlite.Ports;

namespace Parley.Storage.Sqlite.Tests;

public sealed class ProjectSettingsTests
{
    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    public void Settings_that_a_stored_project_does_not_have_are_the_defaults(string stored) =>
        Assert.Equivalent(new ProjectSettings(), ProjectJson.ReadSettings(System.Text.Encoding.UTF8.GetBytes(stored)), strict: true);

    [Fact]
    public void Settings_that_it_has_are_kept()
    {
        var settings = ProjectJson.ReadSettings("""{"translation":false,"messageBytes":7,"sensitiveWords":["a"],"unknown":{"x":1}}"""u8);
        Assert.Equal((false, 7, "a"), (settings.Translation, settings.MessageBytes, Assert.Single(settings.SensitiveWords)));
        Assert.Equal(new ProjectSettings().GroupMembers, settings.GroupMembers);
    }
}
