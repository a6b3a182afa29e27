using System.CommandLine;
using EdgeRetail.DeviceCli.Output;
using EdgeRetail.EdgeAgent;
using EdgeRetail.EdgeAgent.Enrolment;

namespace EdgeRetail.DeviceCli.Commands;

/// <summary><c>enrol</c>: makes a data directory a device's.</summary>
static class EnrolCommand
{
    public static Command Build(CommandLine line)
    {
        var from = new Option<string>("--from") { Description = "The file that 'cloud-sync device add --out' wrote. It holds a secret.", HelpName = "FILE", Required = true };
        var command = new Command("enrol", "Make this a device of a shop, or give it a new token. A ledger that is there is kept.") { from };
        line.Answers(command, (parsed, door, _, _) =>
        {
            switch (EnrolmentFile.Read(parsed.GetValue(from)!))
            {
                case EnrolmentReading.Refused refused:
                    throw CommandFailure.Refused(refused.Code, refused.Message, refused.NextStep);
                case EnrolmentReading.Accepted(var enrolment):
                    Agent.Enrol(door.AgentOptions, line.Clock, enrolment);
                    return Task.FromResult(Answer.Of(
                        new Enrolled(enrolment.Device.Value, enrolment.DeviceCode, enrolment.Store.Value, enrolment.StoreName, enrolment.CloudAddress.ToString(), door.DataDirectory),
                        CliJson.Default.Enrolled,
                        Print));
                case var other:
                    throw new InvalidOperationException(other.ToString());
            }
        });
        return command;
    }

    static void Print(TextWriter output, Enrolled enrolled)
    {
        Terminal.WriteWrapped(output, $"This is now device {enrolled.DeviceCode} of store {enrolled.StoreId}, {enrolled.StoreName}.", "");
        output.WriteLine($"Data directory: {enrolled.DataDirectory}");
        output.WriteLine("Next: edgeretail run");
    }
}
