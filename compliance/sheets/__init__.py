"""Spreadsheets: the record as a workbook, and a workbook back into the record."""
