using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parley.Rtm.Backend;

/// <summary>Makes the attrs of a file (rtm-client §7.3).</summary>
internal static class FileParameters
{
    /// <summary>The proof that the file was sent by the one who got the token: both hashes in lower case.</summary>
    public static string Sign(ReadOnlySpan<byte> content, string token)
    {
        var inner = Convert.ToHexStringLower(MD5.HashData(content));
        return Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes($"{inner}:{token}")));
    }

    public static string Write(RtmFile file, string sign, RtmFileAttributesForm form)
    {
        var parameters = new JsonObject { ["sign"] = sign, ["ext"] = file.ExtensionToSend, ["filename"] = file.FileName };
        var own = Own(file.Attributes);
        if (form == RtmFileAttributesForm.Nested)
            return new JsonObject { ["rtm"] = parameters, ["custom"] = own ?? string.Empty }.ToJsonString();
        if (own is JsonObject members)
        {
            foreach (var (name, value) in members)
            {
                if (!parameters.ContainsKey(name))
                    parameters[name] = value?.DeepClone();
            }
        }
        else if (own is not null)
        {
            parameters["custom"] = own;
        }

        return parameters.ToJsonString();
    }

    private static JsonNode? Own(string? attributes)
    {
        if (string.IsNullOrEmpty(attributes))
            return null;
        try
        {
            if (JsonNode.Parse(attributes) is JsonObject members)
            {
                // Found out now, not when a member is asked for: a name may stand there twice.
                _ = members.Count;
                return members;
            }
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            // Not JSON: it goes as text.
        }

        return JsonValue.Create(attributes);
    }
}
