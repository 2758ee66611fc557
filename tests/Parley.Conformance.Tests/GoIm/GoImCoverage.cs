using System.Reflection;

namespace Parley.Conformance.Tests.GoIm;

public sealed class GoImCoverage(ITestOutputHelper output)
{
    private static readonly string[] Commands = [.. Enumerable.Range(1, 23).Select(number => $"GI-{number:000}")];

    /// <summary>The texts of goim-json §5 that this server sends.</summary>
    private static readonly string[] Texts =
    [
        "error.", "There is not enough arguments.", "Illegal request.", "You have not landed.", "You have to re-login.", "Invalid token.",
        "The id is already your friend.", "You have no this friend.", "This id is not exists.", "Users did not initiate this request.",
        "The ask type is undefined.", "The react type is undefined.", "Send message error.", "Create topic failure.", "Topic already exists.",
        "Topic does not exist.", "You are already in the topic.", "Join topic failure.", "You were not in this topic.", "The user is logged",
        "Not exists client", "Exceed the maximum number", "Not exists topic name",
    ];

    /// <summary>Those that it has no occasion for, with the reason.</summary>
    private static readonly (string Text, string Why)[] Never =
    [
        ("No client info.", "who is logged in has a record, and who asked has one too"),
        ("Unable to access the authentication server.", "tokens are checked by the server itself"),
        ("Unable to access the push server.", "mobile push is none of this protocol's"),
        ("Push server error:", "the same"),
        ("Failed to parse data.", "no authentication server"),
        ("You have no friends.", "an empty list is a list"),
        ("The user can not be found.", "never used by the reference either"),
        ("You have no topics.", "never used by the reference either"),
        ("Leave topic failure.", "never used by the reference either"),
        ("No clients in topic.", "the document's \"Not exists topic name\" is sent instead"),
    ];

    [Fact]
    public void Every_command_and_every_failure_text_has_a_test()
    {
        string[] wanted = [.. Commands, .. Texts];
        var covered = typeof(GoImCoverage).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods().SelectMany(method => NamesOf(type, method)))
            .ToHashSet(StringComparer.Ordinal);
        output.WriteLine($"covered {wanted.Count(covered.Contains)} of {wanted.Length}");
        foreach (var (text, why) in Never)
            output.WriteLine($"never sent: {text} ({why})");
        Assert.Empty(wanted.Except(covered, StringComparer.Ordinal));
        Assert.Empty(covered.Except(wanted, StringComparer.Ordinal));
    }

    private static IEnumerable<string> NamesOf(Type type, MethodInfo method)
    {
        if (method.GetCustomAttribute<FactAttribute>() is null)
            return [];
        var attribute = method.GetCustomAttribute<CoversGoImAttribute>() ?? type.GetCustomAttribute<CoversGoImAttribute>();
        return attribute?.Names ?? [];
    }
}
