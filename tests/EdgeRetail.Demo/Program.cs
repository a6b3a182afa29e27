Console.WriteLine("Shows kiosks that sell, lose their network and come back.");
