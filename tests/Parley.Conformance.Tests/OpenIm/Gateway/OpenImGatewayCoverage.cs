using System.Reflection;

namespace Parley.Conformance.Tests.OpenIm.Gateway;

public sealed class OpenImGatewayCoverage(ITestOutputHelper output)
{
    private static readonly string[] Wanted =
    [
        // requests, §8.5
        "1001", "1002", "1003", "1004", "2003", "unknown request",
        // what the server says by itself
        "2001", "2002", "3001",
        // codes of answers, and of the handshake
        "200", "201", "202", "203", "204", "600", "601", "701", "702", "703", "704", "705", "706", "801", "802", "804", "809",
        "HTTP 400", "HTTP 401",
        // notifications, §7.2
        "1204", "1207", "1303", "1501", "1508", "1509",
        // content types, §6.2
        "101", "102", "103", "104", "105", "106", "107", "108", "109", "110", "111", "112", "113", "114", "115",
        // options, §6.5
        "history", "persistent", "offlinePush", "unreadCount", "conversationUpdate", "senderSync",
        // policies of multi-login, §2.5
        "policy 1", "policy 2", "policy 3", "policy 4",
        // worked examples, §9, and the checklist, §12.2
        "example 10", "example 11", "example 12", "example 13", "check 7", "check 8", "check 9", "check 10", "check 11", "check 12",
    ];

    /// <summary>Codes of §1.6 that the gateway has no occasion for, with the reason.</summary>
    private static readonly (string Name, string Why)[] Never =
    [
        ("707", "705 says the same; 707 came in v2.3"),
        ("708", "705 says the same; 708 came in v2.3"),
        ("803", "no request of the gateway has a list that may not be empty"),
    ];

    [Fact]
    public void Everything_that_the_gateway_takes_says_and_answers_has_a_test()
    {
        var covered = typeof(OpenImGatewayCoverage).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods().SelectMany(method => NamesOf(type, method)))
            .ToHashSet(StringComparer.Ordinal);
        output.WriteLine($"covered {Wanted.Count(covered.Contains)} of {Wanted.Length}");
        foreach (var (name, why) in Never)
            output.WriteLine($"never sent: {name} ({why})");
        Assert.Empty(Wanted.Except(covered, StringComparer.Ordinal));
        Assert.Empty(covered.Except(Wanted, StringComparer.Ordinal));
    }

    private static IEnumerable<string> NamesOf(Type type, MethodInfo method)
    {
        if (method.GetCustomAttribute<FactAttribute>() is null)
            return [];
        var attribute = method.GetCustomAttribute<CoversOpenImGatewayAttribute>() ?? type.GetCustomAttribute<CoversOpenImGatewayAttribute>();
        return attribute?.Names ?? [];
    }
}
